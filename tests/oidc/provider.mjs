// A real OpenID provider on a loopback address. Whoever types a name is that person: it is for tests only.
import http from "node:http";
import Provider from "oidc-provider";

/** What the provider says of somebody who gave two factors, and of somebody who gave one. */
export const ACR = { two: "urn:test:two-factors", one: "urn:test:password" };

export const CLIENT = { id: "clinic-registry", secret: "a-secret-of-the-test" };

/** Listens first, since the service must know the issuer before the provider can know where the service is. */
export async function listen() {
  const server = http.createServer((request, response) => server.handler(request, response));
  server.handler = (_, response) => response.writeHead(503).end();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  /** By name: what is said of how somebody signed in; nothing unless set. */
  const acr = {};
  return {
    issuer,
    acr,
    /** Begins to answer, for a service at `base`. */
    answer(base) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            redirect_uris: [`${base}/signin/back`],
            response_types: ["code"],
            grant_types: ["authorization_code"],
          },
        ],
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        cookies: { keys: ["one", "two"] },
        acrValues: Object.values(ACR),
      });
      const finished = provider.interactionFinished.bind(provider);
      provider.interactionFinished = (request, response, result, options) => {
        if (result.login) result.login.acr = acr[result.login.accountId];
        return finished(request, response, result, options);
      };
      server.handler = provider.callback();
    },
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }),
  };
}
