"""Files that records name, at addresses which are their own permission for a while."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from .core import FILES, Core
from .rules import missing


class FileRoutes(Core):
    @route("GET", f"{FILES}<int:company_id>/<int:file_id>/<name>")
    def send_file(self, request: Request, company_id: int, file_id: int, name: str) -> Response:
        company = self.companies.get(company_id)
        if company is None or file_id not in company.files:
            raise missing()
        expired = request.args.get("expires", 0, type=int) < self.world.now().timestamp()
        if expired and self.switches.file_links_expire:
            return Response("Request has expired", status=403)
        return Response(company.files[file_id], content_type="application/pdf")
