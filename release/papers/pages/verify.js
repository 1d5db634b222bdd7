// @ts-check
// Verifies the code of a certificate with the organiser's public key: a compact JWS with ES256 (RFC 7515), in the
// browser alone. What the page's address holds behind "#" is never sent to a server.
(() => {
  /** @type {{key: JsonWebKey, skills: Record<string, Record<string, string>>}} */
  const data = JSON.parse(element("data").textContent || "{}");

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  function element(id) {
    const one = document.getElementById(id);
    if (!one) throw new Error(id);
    return one;
  }

  /**
   * @param {string} text base64url
   * @returns {Uint8Array<ArrayBuffer>}
   */
  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  }

  /**
   * @param {string} code
   * @returns {Promise<Record<string, unknown>>} what was signed; rejected where the organiser has not signed it
   */
  async function content(code) {
    const [head, body, signature, ...more] = code.split(".");
    if (!head || !body || !signature || more.length) throw new Error("parts");
    const header = JSON.parse(new TextDecoder().decode(bytes(head)));
    if (header.alg !== "ES256") throw new Error("alg");
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", data.key, curve, false, ["verify"]);
    const signed = new TextEncoder().encode(`${head}.${body}`);
    const genuine = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), signed);
    if (!genuine) throw new Error("signature");
    return JSON.parse(new TextDecoder().decode(bytes(body)));
  }

  /** @param {"good" | "bad" | "unable" | ""} state */
  function show(state) {
    document.querySelectorAll("[data-state]").forEach((one) => {
      if (one instanceof HTMLElement) one.hidden = one.dataset.state !== state;
    });
    const facts = document.querySelector(".facts");
    if (facts instanceof HTMLElement) facts.hidden = state !== "good";
  }

  /** @param {string} codes competencies */
  function named(codes) {
    const names = codes.split(" ").map((code) => {
      const name = Object.prototype.hasOwnProperty.call(data.skills, code) ? data.skills[code] : {};
      return [code, ...Object.values(name)].join(" · ");
    });
    return names.join("\n");
  }

  /** @param {Record<string, unknown>} signed */
  function fill(signed) {
    document.querySelectorAll("[data-value]").forEach((one) => {
      if (!(one instanceof HTMLElement)) return;
      const name = one.dataset.value || "";
      const value = signed[name] === undefined ? "" : String(signed[name]);
      one.textContent = name === "skills" && value ? named(value) : value;
      one.hidden = !value;
      const title = document.querySelector(`[data-name="${name}"]`);
      if (title instanceof HTMLElement) title.hidden = !value;
    });
  }

  /** @param {string} text a code, or an address that carries one */
  async function verify(text) {
    const code = text.trim().split("#").pop() || "";
    show("");
    if (!code) return;
    if (!window.crypto || !crypto.subtle) {
      show("unable");
      return;
    }
    try {
      fill(await content(code));
      show("good");
    } catch (error) {
      show("bad");
    }
  }

  const field = /** @type {HTMLTextAreaElement} */ (element("code"));
  element("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    verify(field.value);
  });
  const scanned = () => verify(location.hash.slice(1));
  window.addEventListener("hashchange", scanned);
  scanned();
})();
