//! The OpenAPI document, out of the code.

use utoipa::OpenApi;

use super::routes;

/// The document that is served at `/openapi/board.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    BoardDocument::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Job board transfer (mock)",
        version = "1",
        description = "A stand-in for the interface by which kliniken.de takes job ads: create (or test), then for each \
            attachment prepare-upload and upload, then publish. Every error is `{\"result\":\"error\"}`, under status 200 \
            unless the mock is told otherwise, and without a reason. The account stands in the body of the first call; \
            the other calls know the listing by its id.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "job", description = "A job ad's way to the board"),
        (name = "attachments", description = "Images, texts and PDFs that the ad refers to"),
    ),
    paths(
        routes::create::create,
        routes::test::test,
        routes::prepare_upload::prepare,
        routes::upload::upload,
        routes::publish::publish,
    ),
)]
struct BoardDocument;
