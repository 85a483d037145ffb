//! Mistakes that must not compile. What the compiler says of them is what users read first, so that it is kept beside them:
//! `TRYBUILD=overwrite cargo test -p compile-fail` writes it anew, for another version of Rust say.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
