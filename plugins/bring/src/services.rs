//! Bring's services and additional services (CONFIRMED: `data/services_bsg.json` and `data/services_vas.json` of
//! github.com/bring/developer-site, read 2025-11-20), with what a delivery of them is.

/// One service.
pub struct Product {
    /// As booking and rates take it.
    pub code: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub area: Area,
    pub is_return: bool,
}

/// Where a service runs, and whether a quote without a service asks for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Within Norway; asked for in every quote there.
    Norway,
    /// Between and within the Nordic countries; asked for in every quote that is not within Norway.
    Nordic,
    /// Within Norway, freight or on agreement: only when it is named.
    NorwayNamed,
    /// Anywhere, on agreement: only when it is named.
    Named,
}

const fn product(code: &'static str, name: &'static str, kind: &'static str, area: Area) -> Product {
    Product { code, name, kind, area, is_return: false }
}

const fn back(code: &'static str, name: &'static str, kind: &'static str, area: Area) -> Product {
    Product { code, name, kind, area, is_return: true }
}

use Area::{Named, Nordic, Norway, NorwayNamed};

pub const PRODUCTS: &[Product] = &[
    product("5800", "Pickup parcel", "service-point", Norway),
    product("5600", "Parcel home plus", "home", Norway),
    product("3584", "Home mailbox parcel", "mailbox", Norway),
    product("3570", "Home mailbox parcel RFID", "mailbox", NorwayNamed),
    product("5000", "Business parcel", "business", Norway),
    product("4850", "Business parcel express", "business", Norway),
    back("9300", "Return from pickup point", "service-point", Norway),
    back("9350", "Return parcel to business", "business", Norway),
    // Closed in September 2025; older agreements still name it.
    back("9650", "Return from mailbox", "mailbox", NorwayNamed),
    back("9000", "Return business parcel", "business", Norway),
    back("9600", "Return express", "business", Norway),
    product("PICKUP_PARCEL", "PickUp Parcel", "service-point", Nordic),
    product("PICKUP_PARCEL_BULK", "PickUp Parcel Bulk", "service-point", Named),
    product("HOME_DELIVERY_PARCEL", "Home Delivery Parcel", "home", Nordic),
    product("BUSINESS_PARCEL", "Business Parcel", "business", Nordic),
    product("BUSINESS_PARCEL_BULK", "Business Parcel Bulk", "business", Named),
    product("EXPRESS_NORDIC_0900", "Express Nordic 09:00", "business", Nordic),
    product("EXPRESS_NORDIC_0900_BULK", "Express Nordic 09:00 Bulk", "business", Named),
    product("BUSINESS_PALLET", "Business Pallet", "freight", Named),
    product("BUSINESS_HALFPALLET", "Business Half Pallet", "freight", Named),
    product("BUSINESS_QUARTERPALLET", "Business Quarter Pallet", "freight", Named),
    back("PICKUP_PARCEL_RETURN", "PickUp Parcel Return", "service-point", Nordic),
    back("PICKUP_PARCEL_RETURN_BULK", "PickUp Parcel Return Bulk", "service-point", Named),
    back("BUSINESS_PARCEL_RETURN", "Business Parcel Return", "business", Nordic),
    back("BUSINESS_PARCEL_RETURN_BULK", "Business Parcel Return Bulk", "business", Named),
    product("0360", "Bring Pack", "other", Named),
    product("5100", "Groupage", "freight", NorwayNamed),
    product("5400", "Pallet", "freight", NorwayNamed),
    product("5200", "Groupage before 07", "freight", NorwayNamed),
    product("5300", "Part load", "freight", NorwayNamed),
    back("9100", "Return groupage", "freight", NorwayNamed),
    product("SINGLE_INDOOR", "Home delivery single indoor", "home", Named),
    product("DOUBLE_INDOOR", "Home delivery double indoor", "home", Named),
    product("CURBSIDE", "Home delivery curbside", "home", Named),
    product("CURBSIDE_EVENING", "Home delivery curbside evening", "home", Named),
    product("3332", "Home delivery urban", "home", NorwayNamed),
    back("HOME_DELIVERY_RETURN", "Home delivery return", "home", Named),
    back("RETURN_INDOOR", "Home delivery return indoor", "home", Named),
    back("RETURN_CURBSIDE", "Home delivery return curbside", "home", Named),
];

pub fn find(code: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.code.eq_ignore_ascii_case(code))
}

/// Services for which Bring takes a service point of the merchant's choice.
pub const TO_SERVICE_POINT: &[&str] = &["5800", "PICKUP_PARCEL", "PICKUP_PARCEL_BULK"];

/// Returns that a person may hand in with a QR code (CONFIRMED: `content/api/booking/labels/qr.md`, there partly by their
/// production codes).
pub const QR_CODE: &[&str] = &[
    "9000",
    "9300",
    "9350",
    "9600",
    "BUSINESS_PARCEL_RETURN",
    "BUSINESS_PARCEL_RETURN_BULK",
    "PICKUP_PARCEL_RETURN",
    "PICKUP_PARCEL_RETURN_BULK",
];

/// A flag of ours, Bring's additional service, and its name. They need no more than their id
/// (CONFIRMED for 0041 and 1288 by examples; ASSUMED for the others).
pub struct Flag {
    pub option: &'static str,
    pub id: &'static str,
    pub name: &'static str,
}

const fn flag(option: &'static str, id: &'static str, name: &'static str) -> Flag {
    Flag { option, id, name }
}

pub const FLAGS: &[Flag] = &[
    flag("signature", "1280", "Signature required"),
    flag("identity-check", "1133", "Identity check"),
    flag("saturday", "1062", "Saturday delivery"),
    flag("limited-quantity", "0003", "Limited quantities of dangerous goods"),
    flag("leave-without-receipt", "1081", "Leave outside the door"),
    flag("courier:1288", "1288", "Label free: a code to write on the parcel"),
    flag("courier:0041", "0041", "Unattended delivery with photo"),
    flag("courier:1094", "1094", "Notice to sender"),
    flag("courier:1134", "1134", "Individual verification"),
    flag("courier:1371", "1371", "Seven days' pickup deadline"),
];
