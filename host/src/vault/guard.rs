//! Compile-time proof that a type lacks a trait.

/// Fails to compile if the type implements one of the traits.
///
/// Two blanket implementations apply to a type that has the trait, so that the call below them becomes ambiguous.
macro_rules! assert_lacks {
    ($type:ty: $($trait:path),+ $(,)?) => {
        const _: fn() = || {
            trait Lacks<Marker> {
                fn proven() {}
            }
            impl<T: ?Sized> Lacks<()> for T {}
            $({
                #[allow(dead_code, reason = "only named, to make the call ambiguous")]
                struct Has;
                impl<T: ?Sized + $trait> Lacks<Has> for T {}
            })+
            <$type as Lacks<_>>::proven();
        };
    };
}

/// Fails to compile if the type could be printed, serialized or copied without a word, or is not wiped when dropped.
macro_rules! assert_secret {
    ($($type:ty),+ $(,)?) => {$(
        assert_lacks!($type: std::fmt::Debug, std::fmt::Display, serde::Serialize, Copy);
        const _: fn() = || {
            fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
            is_wiped::<$type>();
        };
    )+};
}

pub(crate) use assert_lacks;
