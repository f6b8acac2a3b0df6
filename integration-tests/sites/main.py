# SPDX-License-Identifier: Apache-2.0
# Answers with what it is asked.
UNSEEN = {"HTTP_ACCEPT", "HTTP_CONNECTION", "HTTP_USER_AGENT"}


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    asked = [environ["REQUEST_METHOD"], environ["PATH_INFO"]]
    asked += ["?" + environ.get("QUERY_STRING", ""), "%d bytes" % len(body)]
    if environ.get("SCRIPT_NAME"):
        asked.append("SCRIPT_NAME=" + environ["SCRIPT_NAME"])
    asked += sorted(
        key + "=" + value
        for key, value in environ.items()
        if key.startswith("HTTP_") and key not in UNSEEN
    )
    headers = [("Content-Type", "text/plain"), ("X-App", "echo")]
    status = "200 OK"
    if environ["PATH_INFO"] == "/moved":
        status = "302 Found"
        headers.append(("Location", "/elsewhere?a=b"))
    elif environ["PATH_INFO"] == "/missing":
        status = "404 Not Found"
    start_response(status, headers)
    return [("\n".join(asked) + "\n").encode()]
