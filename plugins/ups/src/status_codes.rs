//! UPS's three-digit codes (`statusCode`, in pushes `descriptionCode`), grouped by what they mean to us.
//!
//! Codes and words CONFIRMED: UPS Tracking API appendix, <https://developer.ups.com/api/reference/tracking/appendix>, as kept in
//! Karrio's `vendors/Tracking-*.html`, snapshot of July 2026. The grouping is ours.

use crossdock_sdk::StatusTable;
use crossdock_sdk::types::Status;

/// Codes that move a parcel.
#[rustfmt::skip]
pub const CODES: StatusTable = StatusTable::new(&[
    // unknown
    ("000", Status::Unknown), // Status Not Available
    ("088", Status::Unknown), // Test
    ("148", Status::Unknown), // Package Information Unavailable
    ("163", Status::Unknown), // Package Information Unavailable
    // pre_transit
    ("003", Status::PreTransit), // Shipment Ready for UPS
    ("044", Status::PreTransit), // On the Way to UPS
    ("045", Status::PreTransit), // On the Way to UPS
    ("077", Status::PreTransit), // Scheduled for Pickup Today
    ("079", Status::PreTransit), // Order Processed: In Transit to UPS
    ("080", Status::PreTransit), // Order Processed: Ready for UPS
    ("157", Status::PreTransit), // Shipment Ready for UPS
    ("166", Status::PreTransit), // Shipment Ready for Roadie
    // in_transit
    ("005", Status::InTransit), // On the Way
    ("010", Status::InTransit), // On the Way
    ("012", Status::InTransit), // Clearance in Progress
    ("014", Status::InTransit), // Clearance Completed
    ("016", Status::InTransit), // In Warehouse
    ("018", Status::InTransit), // Delivery Change Requested: Hold for Pickup
    ("019", Status::InTransit), // Held for Future Delivery
    ("020", Status::InTransit), // Held for Future Delivery Requested
    ("025", Status::InTransit), // On the Way
    ("027", Status::InTransit), // Delivery Address Change Requested
    ("028", Status::InTransit), // Delivery Address Changed
    ("032", Status::InTransit), // Adverse Weather May Cause Delay
    ("039", Status::InTransit), // On the Way
    ("041", Status::InTransit), // Service Upgrade Requested
    ("042", Status::InTransit), // Service Upgraded
    ("047", Status::InTransit), // On the Way
    ("054", Status::InTransit), // Delivery Change Requested
    ("055", Status::InTransit), // Rescheduled Delivery
    ("056", Status::InTransit), // Service Upgrade Requested
    ("057", Status::InTransit), // On the Way to a Local UPS Access Point
    ("063", Status::InTransit), // Delivery Change Completed
    ("070", Status::InTransit), // Package not at UPS Access Point yet
    ("071", Status::InTransit), // Preparing for Delivery
    ("073", Status::InTransit), // In Transit to UPS Delivery Partner
    ("074", Status::InTransit), // UPS Delivery Partner has Shipment
    ("075", Status::InTransit), // Scheduled for Delivery
    ("082", Status::InTransit), // Delivery Instructions Received
    ("084", Status::InTransit), // Cleared
    ("087", Status::InTransit), // On the Way
    ("092", Status::InTransit), // Customs Clearance in Progress
    ("094", Status::InTransit), // Premier Recovery Completed
    ("095", Status::InTransit), // Additional Attempt Requested
    ("096", Status::InTransit), // Address Change Confirmed
    ("097", Status::InTransit), // Address Change Requested
    ("098", Status::InTransit), // Deliver to Original Address Requested
    ("099", Status::InTransit), // Deliver to Original Address Confirmed
    ("100", Status::InTransit), // Hold at UPS Access Point Confirmed
    ("101", Status::InTransit), // Hold at UPS Access Point Requested
    ("102", Status::InTransit), // Hold for Courier Requested
    ("103", Status::InTransit), // Hold for Courier Confirmed
    ("104", Status::InTransit), // Hold for Instructions Confirmed
    ("105", Status::InTransit), // Hold for Instructions Requested
    ("107", Status::InTransit), // Hold for Pickup Requested
    ("108", Status::InTransit), // Hold for Pickup Today Confirmed
    ("109", Status::InTransit), // Hold for Pickup Today Requested
    ("110", Status::InTransit), // Refrigeration Confirmed
    ("111", Status::InTransit), // Refrigeration Requested
    ("112", Status::InTransit), // Re-Ice Confirmed
    ("113", Status::InTransit), // Re-Ice Requested
    ("114", Status::InTransit), // Request Canceled
    ("115", Status::InTransit), // Reschedule Delivery Confirmed
    ("116", Status::InTransit), // Reschedule Delivery Requested
    ("117", Status::InTransit), // Return by Saturday Confirmed
    ("120", Status::InTransit), // Saturday Delivery Confirmed
    ("121", Status::InTransit), // Saturday Delivery Requested
    ("122", Status::InTransit), // Upgrade Confirmed
    ("134", Status::InTransit), // Cleared Import Customs
    ("136", Status::InTransit), // Delivery Rescheduled for Saturday
    ("137", Status::InTransit), // Transferred to UPS Delivery Partner
    ("138", Status::InTransit), // Awaiting Scheduled Departure
    ("158", Status::InTransit), // On the Way
    ("159", Status::InTransit), // On the Way
    ("164", Status::InTransit), // On the Way
    ("165", Status::InTransit), // On the Way
    // out_for_delivery
    ("006", Status::OutForDelivery), // Out for Delivery
    ("021", Status::OutForDelivery), // Out for Delivery
    ("037", Status::OutForDelivery), // Out for Delivery
    ("072", Status::OutForDelivery), // Loaded on Delivery Vehicle
    ("078", Status::OutForDelivery), // Your Driver is Arriving Soon!
    ("089", Status::OutForDelivery), // Out for Delivery
    ("091", Status::OutForDelivery), // Out for Delivery
    ("146", Status::OutForDelivery), // Out for Delivery
    ("162", Status::OutForDelivery), // Out for Delivery
    // cancelled
    ("007", Status::Cancelled), // Shipment Information Voided
    ("043", Status::Cancelled), // Voided Pickup
    // delivered
    ("011", Status::Delivered), // Delivered
    ("026", Status::Delivered), // Delivered by Local Post Office
    ("143", Status::Delivered), // Delivered to Agent
    ("156", Status::Delivered), // Commercial Inside Release
    // exception
    ("013", Status::Exception), // Exception
    ("029", Status::Exception), // Exception: Action Required
    ("030", Status::Exception), // Local Post Office Exception
    ("046", Status::Exception), // Delay
    ("048", Status::Exception), // Delay
    ("049", Status::Exception), // Delay: Action Required
    ("050", Status::Exception), // Address Information Required
    ("051", Status::Exception), // Delay: Emergency Situation or Severe Weather
    ("052", Status::Exception), // Delay: Severe Weather
    ("053", Status::Exception), // Delay: Severe Weather
    ("058", Status::Exception), // Clearance Information Required
    ("059", Status::Exception), // Damage Reported
    ("068", Status::Exception), // Sent to Lost and Found
    ("069", Status::Exception), // Unable to Deliver
    ("076", Status::Exception), // UPS Delivery Partner Exception
    ("083", Status::Exception), // Held
    ("085", Status::Exception), // Held for COD Payment
    ("086", Status::Exception), // Delay
    ("090", Status::Exception), // Delay
    ("093", Status::Exception), // Premier Recovery In Progress
    ("123", Status::Exception), // Pending Release From Non-UPS Broker
    ("124", Status::Exception), // Clearance Information Needed
    ("125", Status::Exception), // Clearance Information Needed
    ("126", Status::Exception), // Pending Government Agency Release
    ("129", Status::Exception), // Investigation Opened
    ("132", Status::Exception), // Airport Security Delay
    ("139", Status::Exception), // Security Access Required
    ("141", Status::Exception), // Incomplete Documentation Received
    ("147", Status::Exception), // Seized by Law Enforcement, No Longer in UPS possession
    ("149", Status::Exception), // Prohibited Contents, Package Destroyed No Longer in UPS possession
    // available_for_pickup
    ("017", Status::AvailableForPickup), // Held for Customer Pickup
    ("040", Status::AvailableForPickup), // Ready for Customer Pickup
    ("106", Status::AvailableForPickup), // Hold for Pickup Confirmed
    ("144", Status::AvailableForPickup), // Delivered to Post Office for Pickup
    ("161", Status::AvailableForPickup), // Delivered to UPS Access Point
    // delivery_attempt_failed
    ("022", Status::DeliveryAttemptFailed), // First Attempt Made
    ("023", Status::DeliveryAttemptFailed), // Second Delivery Attempted
    ("024", Status::DeliveryAttemptFailed), // Final Attempt Made
    ("060", Status::DeliveryAttemptFailed), // Delivery Attempted
    ("061", Status::DeliveryAttemptFailed), // Delivery Attempted: Adult Signature Required
    ("062", Status::DeliveryAttemptFailed), // Delivery Attempted: Funds Required
    ("064", Status::DeliveryAttemptFailed), // Delivery Refused
    ("066", Status::DeliveryAttemptFailed), // Post Office Delivery Attempted
    ("145", Status::DeliveryAttemptFailed), // Delivery Attempted
    // returned_to_sender
    ("033", Status::ReturnedToSender), // Return to Sender Requested
    ("034", Status::ReturnedToSender), // Returned to Sender
    ("035", Status::ReturnedToSender), // Returning to Sender
    ("036", Status::ReturnedToSender), // Returning to Sender: In Transit
    ("067", Status::ReturnedToSender), // Returned to Sender by Post Office
    ("081", Status::ReturnedToSender), // Returned - Damage Reported
    ("118", Status::ReturnedToSender), // Return to Sender Confirmed
    ("119", Status::ReturnedToSender), // Return to Sender Requested
    // accepted
    ("038", Status::Accepted), // Picked Up by UPS
    ("160", Status::Accepted), // We Have Your Package
    ("167", Status::Accepted), // Dropped off at UPS Store by Customer
    ("168", Status::Accepted), // Dropped off at Retail Location by Customer
    ("169", Status::Accepted), // Dropped off at a UPS Access Point by Customer
    // exception (collection)
    ("065", Status::Exception), // Pickup Attempted
    ("131", Status::Exception), // Final Pickup Attempted
    ("135", Status::Exception), // Second Pickup Attempted
]);

/// Codes that only inform: the parcel keeps its status.
#[rustfmt::skip]
pub const INFORMATIONAL: &[&str] = &[
    "127", // Investigation Closed
    "128", // Investigation Canceled
    "130", // Claim in Progress
    "133", // Return Label Left With Customer
    "140", // Claim Paid - Claim Payment Has Been Processed.
    "142", // Claim Voided
    "153", // Updated Delivery Time
    "154", // Updated Delivery Date
    "155", // Delivery Photo
];
