//! Mistakes that must not compile. What the compiler says of them is what users read first, so that it is kept beside them:
//! `TRYBUILD=overwrite cargo test -p compass-sdk --test compile_fail` writes it anew, for another version of Rust say.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
