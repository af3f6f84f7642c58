// The vendor's own helpers in JavaScript against the stand-in: prints one line of JSON with what they returned.
// Started by test_javascript.py with the address, the key, and the folder of the SDK.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [baseURL, apiKey, modules] = process.argv.slice(2);
const find = createRequire(`${modules}/x.js`);
const load = async (name) => await import(pathToFileURL(find.resolve(name)).href);
const { default: Anthropic } = await load('@anthropic-ai/sdk');
const { betaTool, betaJSONSchemaOutputFormat } = await load('@anthropic-ai/sdk/helpers/beta/json-schema');

const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const common = { model: 'claude-sonnet-5-5', max_tokens: 500 };
const asked = (content) => ({ ...common, messages: [{ role: 'user', content }] });
const textOf = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
const town = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };
const weather = betaTool({
  name: 'get_weather',
  description: 'The weather of a town.',
  inputSchema: town,
  run: ({ town }) => `${town}: 21 degrees and sunny`,
});

const told = {};
told.runner = textOf(await client.beta.messages.toolRunner({ ...asked("What's the weather in Rome?"), tools: [weather] }));

const streamed = [];
for await (const stream of client.beta.messages.toolRunner({
  ...asked("What's the weather in Oslo?"),
  tools: [weather],
  stream: true,
})) {
  streamed.push(textOf(await stream.finalMessage()));
}
told.streamed = streamed;

const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const parsed = await client.beta.messages.parse({
  ...asked('Anna Berg is 23 years old.'),
  output_config: { format: betaJSONSchemaOutputFormat(schema) },
});
told.parsed = parsed.parsed_output;

const stream = client.messages.stream(asked('Good morning'));
told.stream = await stream.finalText();

const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
try {
  await client.messages.create(asked([{ type: 'image', source }]));
} catch (error) {
  told.picture = { name: error.constructor.name, status: error.status, error: error.error.error };
}
console.log(JSON.stringify(told));
