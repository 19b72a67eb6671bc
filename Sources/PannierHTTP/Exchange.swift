internal import CCurl
internal import Glibc

/// A request on its way, with what has come back so far. Lives on the loop's thread, where libcurl calls it back.
final class Exchange {
    private let request: HTTPRequest
    private let meter: TransferMeter?
    private let position: BodyPosition?
    private let limit: SpeedLimit?
    /// The way that its body goes.
    let direction: SpeedLimit.Direction
    /// Since when it waits for the limit to let more pass; nil: it does not.
    private(set) var pausedAt: ContinuousClock.Instant?
    private var handle: CurlHandle
    private var sent = 0
    private var fields: [HTTPField] = []
    private var fieldBytes = 0
    private var answer: [UInt8] = []
    /// Why this side ended the exchange from within a callback.
    private var refusal: HTTPFailure?
    private var hasJoined = false

    /// Header bytes of an answer that are accepted.
    private static let fieldLimit = 64 << 10

    init(
        _ request: HTTPRequest, settings: HTTPSettings, meter: TransferMeter?, position: BodyPosition?,
        limit: SpeedLimit?
    ) throws(HTTPFailure) {
        self.request = request
        self.meter = meter
        self.position = position
        self.limit = limit
        direction = request.body == nil ? .receiving : .sending
        handle = try CurlHandle()
        try configure(settings)
        try configureRequest()
        try configureCallbacks()
    }

    /// Whether it may begin: there are not too many that share its limit. Asked until it may.
    func mayBegin() -> Bool {
        guard let limit, !hasJoined else { return true }
        hasJoined = limit.join(direction)
        return hasJoined
    }

    deinit { if hasJoined { limit?.leave(direction) } }

    /// Until it is worth going on; nil where it does not wait for the limit.
    var wait: Duration? { pausedAt == nil ? nil : limit?.wait(direction) }

    /// Goes on, if only to wait again.
    func resume() {
        pausedAt = nil
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    var easy: UnsafeMutableRawPointer { handle.easy }

    /// What came of it, once libcurl is done.
    func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
        if let refusal { return .failure(refusal) }
        guard code == CURLE_OK else { return .failure(handle.failure(code)) }
        return .success(HTTPResponse(status: handle.status, fields: fields, body: answer))
    }

    // MARK: Options

    private func configure(_ settings: HTTPSettings) throws(HTTPFailure) {
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try handle.set(CURLOPT_FOLLOWLOCATION, 0)
        try handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try handle.set(CURLOPT_NOPROXY, Self.withoutProxy)
        try handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectMilliseconds)
        try handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try handle.set(CURLOPT_LOW_SPEED_TIME, settings.stallSeconds)
        // Larger than libcurl's own 16 and 64 KiB: fewer callbacks for packs of megabytes.
        try handle.set(CURLOPT_BUFFERSIZE, 256 << 10)
        try handle.set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
    }

    private func configureRequest() throws(HTTPFailure) {
        let url = request.url.lowercased()
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw HTTPFailure(.badRequest, "“\(request.url)” is neither an https nor an http address.")
        }
        try handle.set(CURLOPT_URL, request.url)
        if request.method == .head { try handle.set(CURLOPT_NOBODY, 1) }
        if let body = request.body {
            try handle.set(CURLOPT_UPLOAD, 1)
            try handle.set(CURLOPT_INFILESIZE_LARGE, offset: body.count)
        }
        try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        // Some servers leave `Expect: 100-continue` unanswered, which costs a second a request.
        var lines = ["Expect:"]
        for field in request.fields {
            guard !(field.name + field.value).utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
                throw HTTPFailure(.badRequest, "A header field holds a control character.")
            }
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        try handle.setLines(lines)
    }

    private func configureCallbacks() throws(HTTPFailure) {
        // The loop keeps the exchange alive for as long as the handle is on the multi handle.
        let this = Unmanaged.passUnretained(self).toOpaque()
        try handle.set(CURLOPT_WRITEDATA, this)
        try handle.set(CURLOPT_WRITEFUNCTION) { data, size, count, context in
            Exchange.from(context).receive(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        try handle.set(CURLOPT_HEADERDATA, this)
        try handle.set(CURLOPT_HEADERFUNCTION) { data, size, count, context in
            Exchange.from(context).receiveField(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        try handle.set(CURLOPT_READDATA, this)
        try handle.set(CURLOPT_READFUNCTION) { data, size, count, context in
            Exchange.from(context).send(into: UnsafeMutableRawBufferPointer(start: data, count: size * count))
        }
        try handle.set(CURLOPT_SEEKDATA, this)
        try handle.set(seek: { context, offset, origin in
            origin == SEEK_SET && Exchange.from(context).rewind(to: Int(offset))
                ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
        })
    }

    /// Loopback never goes through a proxy; beyond that, what the environment says for curl holds.
    private static let withoutProxy: String = {
        let own = "localhost,127.0.0.0/8,::1"
        let variable = getenv("no_proxy") ?? getenv("NO_PROXY")
        return variable.map { "\(own),\(String(cString: $0))" } ?? own
    }()

    private static func from(_ context: UnsafeMutableRawPointer?) -> Exchange {
        Unmanaged<Exchange>.fromOpaque(context!).takeUnretainedValue()
    }

    // MARK: Callbacks

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard answer.count + bytes.count <= request.answerLimit else {
            refusal = HTTPFailure(
                .answerTooLarge, "The answer is longer than the \(request.answerLimit) bytes expected.")
            return 0
        }
        // Of a request with a body the answer is words.
        if direction == .receiving, let limit, !limit.accept(bytes.count) {
            pausedAt = .now
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        if answer.isEmpty { answer.reserveCapacity(max(announcedLength, bytes.count)) }
        answer.append(contentsOf: bytes)
        meter?.addReceived(bytes.count)
        if direction == .receiving { position?.set(answer.count) }
        return bytes.count
    }

    private var announcedLength: Int {
        let text = fields.first { $0.name == "content-length" }?.value
        return min(text.flatMap(Int.init) ?? 0, request.answerLimit)
    }

    private func receiveField(_ bytes: UnsafeRawBufferPointer) -> Int {
        fieldBytes += bytes.count
        guard fieldBytes <= Self.fieldLimit else {
            refusal = HTTPFailure(.badAnswer, "The answer's header is too long.")
            return 0
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A status line: what stood before belonged to a 1xx.
            fields.removeAll()
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.utf8.index(after: colon)...].drop { $0.isWhitespace }
            let end = value.lastIndex { !$0.isWhitespace }.map(value.index(after:)) ?? value.startIndex
            fields.append(HTTPField(line[..<colon].lowercased(), String(value[..<end])))
        }
        return bytes.count
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = request.body else { return 0 }
        var count = min(buffer.count, body.count - sent)
        if let limit, count > 0 {
            count = limit.take(count)
            if count == 0 {
                pausedAt = .now
                return Int(CURL_READFUNC_PAUSE)
            }
        }
        let part = body[(body.startIndex + sent)..<(body.startIndex + sent + count)]
        part.withUnsafeBytes { buffer.copyMemory(from: $0) }
        sent += count
        meter?.addSent(count)
        position?.set(sent)
        return count
    }

    /// libcurl sends a body again when a kept connection turns out to be dead.
    private func rewind(to offset: Int) -> Bool {
        guard let body = request.body, (0...body.count).contains(offset) else { return false }
        sent = offset
        position?.set(offset)
        return true
    }
}
