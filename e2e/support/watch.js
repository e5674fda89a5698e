// What must never happen on a page, whatever the test is about: an error in the console, an exception, a
// violation of the content security policy, a request that leaves the server, a secret in an address.

const SECRET = /cha_(live|test)_[\w-]{43}/;

// Runs in the page, before anything else. The console is the way out that needs no permission of the policy.
function tellViolations() {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
}

/** Watches everything that happens in a context; `complaints` grows. */
export async function watch(context, origins) {
  const complaints = [];
  const complain = (text) => complaints.push(text);
  await context.addInitScript(tellViolations);
  context.on("console", (message) => {
    if (message.type() === "error") complain(`console: ${message.text()} (${message.location().url})`);
    if (SECRET.test(message.text())) complain(`a secret in the console: ${message.text()}`);
  });
  context.on("weberror", (error) => complain(`exception: ${error.error().stack}`));
  context.on("request", (request) => {
    if (SECRET.test(request.url())) complain(`a secret in an address: ${request.url()}`);
    if (!origins.some((origin) => request.url().startsWith(`${origin}/`))) complain(`a request to elsewhere: ${request.url()}`);
  });
  return complaints;
}
