"""Routes of what people ask of drivers that is neither adopting nor commanding."""

from drivers.kit.driver import Said
from drivers.kit.errors import ErrandError
from hubd.api import finding_documents as documents
from hubd.api.errors import InvalidError, NotFoundError
from hubd.api.finding_documents import ErrandDocument, RanDocument
from hubd.api.requests import ErrandRequest
from hubd.api.route import Call, Route
from hubd.api.saying import saying
from hubd.guard.permission import Permission
from hubd.model.ids import DeviceId


async def get_errands(call: Call) -> list[ErrandDocument]:
    """Return what may be asked of drivers and their things."""
    return [documents.errand(offer) for offer in call.port.finding.errands()]


async def post_errand(call: Call) -> object:
    """Run an errand."""
    said, finding = call.said(ErrandRequest), call.port.finding
    driver, name, source = call.path("driver"), call.path("name"), call.identity.source
    device = DeviceId(said.device) if said.device is not None else None
    if all((it.driver, it.errand.name) != (driver, name) for it in finding.errands()):
        raise NotFoundError(f"There is no errand {driver} {name}", mend="See /api/errands.")

    async def run(told: Said) -> RanDocument:
        try:
            answer = await finding.run(driver, name, device, said.answers, source, told)
        except ErrandError as error:
            what = error.what[:1].upper() + error.what[1:]
            raise InvalidError(what, mend=error.mend) from error
        return RanDocument(dict(answer))

    return await saying(call, run)


ROUTES = (
    Route(
        "GET",
        "/api/errands",
        Permission.EDIT_HOME,
        get_errands,
        "What may be asked of drivers and their things",
        answer=list[ErrandDocument],
    ),
    Route(
        "POST",
        "/api/errands/{driver}/{name}",
        Permission.EDIT_HOME,
        post_errand,
        "Run an errand",
        body=ErrandRequest,
        answer=RanDocument,
    ),
)
