// Sends events with the SDKs that senders use: binary and structured by `cloudevents`, a batch by `@azure/eventgrid`.
// Arguments: folder of the packages, URL of the door, token, type of the events.
const { createRequire } = require('node:module');
const { join } = require('node:path');

// Node.js 18 has it still behind a flag.
globalThis.crypto ??= require('node:crypto').webcrypto;

const [packages, url, token, type] = process.argv.slice(2);
const load = createRequire(join(packages, 'package.json'));
const { CloudEvent, HTTP, Mode, emitterFor, httpTransport } = load('cloudevents');
const { AzureKeyCredential, EventGridPublisherClient } = load('@azure/eventgrid');

const subject = 'Zürich "100%" 🌎';
const headers = { Authorization: `Bearer ${token}` };

async function main() {
  for (const [id, mode] of [['binary', Mode.BINARY], ['structured', Mode.STRUCTURED]]) {
    const emit = emitterFor(httpTransport(`${url}/events`), { binding: HTTP, mode });
    // Its binary mode leaves it to the caller to encode what a header cannot hold.
    const sent = mode === Mode.BINARY ? encodeURIComponent(subject) : subject;
    const event = new CloudEvent({ id, type, source: '/sdk', subject: sent, tenant: 'acme', data: { mode: id } });
    const { body } = await emit(event, { headers });
    console.log(body);
  }
  const bytes = new CloudEvent({
    id: 'bytes', type, source: '/sdk', datacontenttype: 'application/octet-stream', data: Buffer.from([0, 255]),
  });
  console.log((await emitterFor(httpTransport(`${url}/events`))(bytes, { headers })).body);
  const grid = new EventGridPublisherClient(`${url}/events?access_token=${token}`, 'CloudEvent',
    new AzureKeyCredential('unused'), { allowInsecureConnection: true });
  const events = [1, 2].map((n) => ({ id: `batch-${n}`, type, source: '/sdk', data: { mode: 'batch', n } }));
  // It takes anything but a 200 for a failure, although the specification has 202 for what is accepted.
  const status = await grid.send(events).then(() => 200, (error) => error.statusCode);
  console.log(JSON.stringify({ status }));
}

main().catch((error) => { console.error(error); process.exit(1); });
