//! Path and query parameters with problem answers.

use axum::extract::{FromRequestParts, Query as AxumQuery};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::json::pointer_of;
use super::page::PAGE_PARAMETERS;
use super::problem::{FieldError, Problem, code};
use super::serde_words::field_error;
use super::validate::{Findings, Validate};

/// Parameters of the path. An id of the wrong shape names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// Parameters of the query, parsed and validated; 400 names the wrong one. Types refuse what they do not know
/// (`deny_unknown_fields`): a filter that is misspelt would otherwise filter nothing.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// Filters of a list: [`Query`] beside the parameters of a `Page`.
#[derive(Debug, Clone, Copy)]
pub struct Filters<T>(pub T);

/// Of a list without filters.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilters {}

impl Validate for NoFilters {
    fn validate(&self, _: &str, _: &mut Findings) {}
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::not_found())
    }
}

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.uri).map(Self)
    }
}

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes());
        let filters = pairs.filter(|(name, _)| !PAGE_PARAMETERS.contains(&&**name));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish();
        read(&format!("/?{query}").parse().expect("an encoded query makes an address")).map(Self)
    }
}

fn read<T: DeserializeOwned + Validate>(uri: &Uri) -> Result<T, Problem> {
    let AxumQuery(query) =
        AxumQuery::<T>::try_from_uri(uri).map_err(|rejection| invalid_parameters(vec![parameter_error(&rejection)]))?;
    let mut findings = Findings::new();
    query.validate("", &mut findings);
    match findings.into_errors() {
        errors if errors.is_empty() => Ok(query),
        errors => Err(invalid_parameters(errors)),
    }
}

/// Makes the answer for wrong query parameters.
pub fn invalid_parameters(errors: Vec<FieldError>) -> Problem {
    Problem::new(code::INVALID_PARAMETER).wrong(errors)
}

type QueryError = serde_path_to_error::Error<serde::de::value::Error>;

fn parameter_error(rejection: &(dyn std::error::Error + 'static)) -> FieldError {
    let mut cause = Some(rejection);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<QueryError>() {
            return field_error(pointer_of(error.path()), &error.inner().to_string());
        }
        cause = error.source();
    }
    FieldError::new("", "invalid_value", rejection.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing is tested")]
    struct Filter {
        country: String,
        limit: Option<u32>,
    }

    impl Validate for Filter {
        fn validate(&self, pointer: &str, findings: &mut Findings) {
            findings.country(&format!("{pointer}/country"), &self.country);
        }
    }

    async fn first_error(uri: &str) -> (u16, String, String) {
        let (mut parts, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        let problem = Query::<Filter>::from_request_parts(&mut parts, &()).await.unwrap_err();
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json()).unwrap();
        let error = &json["errors"][0];
        (problem.status(), error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn a_wrong_parameter_is_named() {
        let cases = [
            ("/?country=SE&limit=x", "/limit", "invalid_value"),
            ("/?limit=1", "/country", "required"),
            ("/?country=SE&bad=1", "/bad", "unknown_field"),
            ("/?country=Sweden", "/country", "invalid_country"),
        ];
        for (uri, pointer, code) in cases {
            assert_eq!(first_error(uri).await, (400, pointer.to_owned(), code.to_owned()), "{uri}");
        }
    }
}
