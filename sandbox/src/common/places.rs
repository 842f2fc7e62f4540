//! People and places that parcels go between.

use serde::Serialize;

/// A sender or a recipient.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Party {
    /// Person or company.
    pub name: String,
    /// First street line.
    pub street: String,
    /// Postal code as given.
    pub postal_code: String,
    /// City as given.
    pub city: String,
    /// State or province, where the country has them.
    pub region: String,
    /// ISO 3166-1 alpha-2, capitals.
    pub country: String,
}

/// Where an event took place.
#[derive(Clone, Debug)]
pub struct Place {
    /// The courier's own number for the place.
    pub id: String,
    /// What the place is called.
    pub name: String,
    /// City in capitals, as couriers write it.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
    /// State or province.
    pub region: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

impl Party {
    /// The party's own city as a place.
    pub fn place(&self, id: &str, name: &str) -> Place {
        Place {
            id: id.to_owned(),
            name: name.to_owned(),
            city: self.city.to_uppercase(),
            postal_code: self.postal_code.clone(),
            region: self.region.clone(),
            country: self.country.clone(),
        }
    }
}

/// The terminal that parcels of a country pass.
pub fn terminal(country: &str) -> Place {
    let (id, city, postal_code, region) = match country {
        "SE" => ("910021", "ROSERSBERG", "19572", ""),
        "DK" => ("910031", "TAASTRUP", "2630", ""),
        "FI" => ("910041", "VANTAA", "01530", ""),
        "NO" => ("910011", "LØRENSKOG", "1470", ""),
        "US" => ("910051", "SECAUCUS", "07094", "NJ"),
        "GB" => ("910061", "TAMWORTH", "B77 5PA", ""),
        _ => ("910071", "KØLN", "51149", ""),
    };
    Place {
        id: id.to_owned(),
        name: format!("{city} TERMINAL"),
        city: city.to_owned(),
        postal_code: postal_code.to_owned(),
        region: region.to_owned(),
        country: country.to_owned(),
    }
}

/// A service point or locker of the sandbox.
pub struct ServicePoint {
    /// The courier's number for it.
    pub id: &'static str,
    /// Shown to the recipient.
    pub name: &'static str,
    /// A parcel locker rather than a shop.
    pub locker: bool,
    /// Street.
    pub street: &'static str,
    /// House number.
    pub house: &'static str,
    /// Degrees north of the sandbox's town.
    pub north: f64,
    /// Degrees east of the sandbox's town.
    pub east: f64,
    /// Distance from the asked address.
    pub distance_m: u32,
}

/// The service points near every address: nearest first.
pub const SERVICE_POINTS: [ServicePoint; 4] = [
    point("930101", "Hjørnebutikken", false, "Storgata", "11", 0.004, 0.003, 420),
    point("930102", "Pakkeboks Stasjonen", true, "Stasjonsveien", "2", 0.007, -0.004, 860),
    point("930103", "Nærkjøp Sentrum", false, "Kirkegata", "27", -0.009, 0.006, 1_240),
    point("930104", "Pakkeboks Idrettsplassen", true, "Ringveien", "80", 0.018, 0.012, 2_310),
];

#[expect(clippy::too_many_arguments, reason = "a row of the table above, in its order")]
const fn point(
    id: &'static str,
    name: &'static str,
    locker: bool,
    street: &'static str,
    house: &'static str,
    north: f64,
    east: f64,
    distance_m: u32,
) -> ServicePoint {
    ServicePoint { id, name, locker, street, house, north, east, distance_m }
}

/// Latitude and longitude of a country's sandbox town.
pub fn position(country: &str) -> (f64, f64) {
    match country {
        "SE" => (59.330, 18.060),
        "DK" => (55.680, 12.570),
        "FI" => (60.170, 24.940),
        "NO" => (59.910, 10.750),
        "US" => (40.710, -74.010),
        _ => (52.370, 4.900),
    }
}

/// The city that a postal code of the sandbox's maps belongs to.
pub fn city_of(country: &str, postal_code: &str) -> &'static str {
    let first = postal_code.as_bytes().first().copied().unwrap_or(b'0');
    match (country, first) {
        ("NO", b'5') => "BERGEN",
        ("NO", b'7') => "TRONDHEIM",
        ("NO", _) => "OSLO",
        ("SE", b'2') => "MALMÖ",
        ("SE", b'4') => "GÖTEBORG",
        ("SE", _) => "STOCKHOLM",
        ("DK", b'8') => "AARHUS",
        ("DK", _) => "KØBENHAVN",
        ("FI", _) => "HELSINKI",
        ("US", _) => "NEW YORK",
        _ => "TESTBY",
    }
}

/// Whether a postal code has the form of its country; countries without a rule take anything.
pub fn postal_code_fits(country: &str, postal_code: &str) -> bool {
    let compact: String = postal_code.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = compact.bytes().all(|byte| byte.is_ascii_digit());
    match country {
        "NO" | "DK" => digits && compact.len() == 4,
        "SE" | "FI" => digits && compact.len() == 5,
        "US" => compact.len() >= 5 && compact.bytes().take(5).all(|byte| byte.is_ascii_digit()),
        _ => !compact.is_empty(),
    }
}
