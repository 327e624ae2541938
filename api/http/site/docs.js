// Who logs in is logged in, in this browser, until the session ends or they log out.
const ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  responseInterceptor(response) {
    if (response.ok && /\/v1\/auth\/(login|activate)$/.test(response.url)) {
      const { accessToken } = JSON.parse(response.text);
      const schema = { type: "http", scheme: "bearer" };
      ui.authActions.authorizeWithPersistOption({
        session: { name: "session", schema, value: accessToken },
      });
    }
    return response;
  },
});
