//! The services that can be quoted and booked: the facts' codes, with prices of our own.

/// One service.
pub struct Product {
    /// Code in requests.
    pub id: &'static str,
    /// Code in production.
    pub production: &'static str,
    /// English name.
    pub name: &'static str,
    /// Where it ends.
    pub delivery: &'static str,
    /// Price of the first kilogram without VAT, in øre.
    pub base: u64,
    /// Working days.
    pub days: u8,
    /// Runs between countries rather than within Norway.
    pub nordic: bool,
}

/// The table: code, code in production, name, where it ends, price, days, Nordic.
#[rustfmt::skip]
pub const PRODUCTS: [Product; 13] = [
    product("5800", "5800", "Pickup parcel", "Pickup point", 9_900, 2, false),
    product("5600", "5600", "Parcel home plus", "Home delivery", 14_900, 2, false),
    product("3584", "3584", "Home mailbox parcel", "Mailbox", 6_700, 3, false),
    product("3570", "3570", "Home mailbox parcel RFID", "Mailbox", 6_200, 3, false),
    product("5000", "5000", "Business parcel", "Business", 11_800, 1, false),
    product("4850", "4850", "Business parcel express", "Business", 24_500, 1, false),
    product("9300", "9300", "Return from pickup point", "Return", 10_500, 2, false),
    product("9000", "9000", "Business parcel return", "Return", 12_400, 2, false),
    product("PICKUP_PARCEL", "0340", "Pickup parcel Nordic", "Pickup point", 15_400, 4, true),
    product("HOME_DELIVERY_PARCEL", "0349", "Home delivery parcel", "Home delivery", 19_900, 4, true),
    product("BUSINESS_PARCEL", "0330", "Business parcel Nordic", "Business", 17_200, 3, true),
    product("EXPRESS_NORDIC_0900", "0335", "Express Nordic 09:00", "Business", 52_000, 1, true),
    product("PICKUP_PARCEL_RETURN", "0341", "Pickup parcel return", "Return", 16_100, 4, true),
];

const fn product(
    id: &'static str,
    production: &'static str,
    name: &'static str,
    delivery: &'static str,
    base: u64,
    days: u8,
    nordic: bool,
) -> Product {
    Product { id, production, name, delivery, base, days, nordic }
}
