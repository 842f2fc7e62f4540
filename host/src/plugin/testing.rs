//! Guests and surroundings for this module's tests.
