// Invokes lambdas with the hosted system's published client, which is given nothing but an account and credentials. That
// its hosts lead to the door is what a hosts file or a name server does elsewhere.
// Arguments: folder of the packages, port of the door without TLS, port of that with TLS, client id, client secret.
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [packages, plainPort, tlsPort, clientId, clientSecret] = process.argv.slice(2);
const load = createRequire(join(packages, 'package.json'));

http.Agent.prototype.createConnection = () => net.connect({ host: '127.0.0.1', port: Number(plainPort) });
const connectByTls = https.Agent.prototype.createConnection;
https.Agent.prototype.createConnection = function (options, done) {
  return connectByTls.call(this, { ...options, host: '127.0.0.1', port: Number(tlsPort) }, done);
};

const { Client, EVENT } = load('liveperson-functions-client');

function client(secret) {
  return new Client({
    accountId: '1234',
    authStrategy: { clientId, clientSecret: secret },
    failOnErrorStatusCode: true,
  });
}

async function main() {
  const bot = client(clientSecret);
  const body = { headers: [{ key: 'lang', value: 'de' }], payload: { name: 'Ada' } };
  const lpEventSource = 'crm';
  const said = {};
  const byId = await bot.invoke({ lambdaUuid: '00000000-0000-0000-0000-000000001234', lpEventSource, body });
  said.by_id = [byId.ok, byId.status, byId.body];
  const byEvent = await bot.invoke({ eventId: EVENT.MessagingTTR, lpEventSource, skillId: '7', body });
  said.by_event = byEvent.body;
  said.implemented = [];
  for (const eventId of [EVENT.MessagingTTR, EVENT.MessagingConversationIdle]) {
    said.implemented.push(await bot.isImplemented({ eventId, externalSystem: 'crm' }));
  }
  const failed = await bot.invoke({ lambdaUuid: 'thrower', lpEventSource, body }).catch((error) => error);
  said.failed = failed.name;
  const missing = await bot.invoke({ lambdaUuid: 'unheard', lpEventSource, body }).catch((error) => error);
  said.missing = missing.name;
  const stranger = await client(`${clientSecret}x`).invoke({ lambdaUuid: 'greet_vip', lpEventSource, body })
    .catch((error) => error);
  said.stranger = /FaaSAppJWTAuthenticationError|401/.test(String(stranger.stack) + stranger.name + stranger.message);
  console.log(JSON.stringify(said));
}

main().catch((error) => { console.error(error); process.exit(1); });
