// Search runs in a worker, and browsers start none from a file: there it runs in a hidden frame instead.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      document.body.appendChild(this.frame)
      this.heard = event => {
        if (event.source !== this.frame.contentWindow) return
        const copy = new MessageEvent("message", { data: event.data })
        this.dispatchEvent(copy)
        if (this.onmessage) this.onmessage(copy)
      }
      addEventListener("message", this.heard)
      const inside = this.frame.contentDocument
      inside.open()
      inside.write(`<script>
        postMessage = message => parent.postMessage(message, "*")
        importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise(resolve => {
          const script = document.createElement("script")
          script.src = url
          script.onload = resolve
          document.body.appendChild(script)
        })), Promise.resolve())
      </script><body><script src="${url}"></script></body>`)
      inside.close()
      this.ready = new Promise(resolve => this.frame.contentWindow.addEventListener("load", resolve))
    }
    postMessage(message) {
      this.ready.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data: message })))
    }
    terminate() {
      removeEventListener("message", this.heard)
      this.frame.remove()
    }
  }
}
