"""Files that records name, at addresses which are their own permission for an hour.

https://developers.procore.com/documentation/secure-file-access
"""

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
        if request.args.get("expires", 0, type=int) < self.world.now().timestamp():
            return Response("Request has expired", status=403)
        return Response(company.files[file_id], content_type="application/pdf")
