internal import CCurl

/// Owns one easy handle and the list of header lines it points to. Used by the loop's thread alone.
struct CurlHandle: ~Copyable {
    let easy: UnsafeMutableRawPointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    private let message: UnsafeMutablePointer<CChar>

    init() throws(HTTPFailure) {
        guard let easy = curl_easy_init() else {
            throw HTTPFailure(.clientFailed, "There is no memory left for a request.")
        }
        self.easy = easy
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        pannier_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, message)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(lines)
        message.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPFailure) {
        try check(pannier_curl_set_long(easy, option, value))
    }

    func set(_ option: CURLoption, offset: Int) throws(HTTPFailure) {
        try check(pannier_curl_set_offset(easy, option, offset))
    }

    func set(_ option: CURLoption, _ value: String) throws(HTTPFailure) {
        try check(pannier_curl_set_string(easy, option, value))
    }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(HTTPFailure) {
        try check(pannier_curl_set_pointer(easy, option, value))
    }

    func set(_ option: CURLoption, callback: @escaping pannier_curl_data) throws(HTTPFailure) {
        try check(pannier_curl_set_data(easy, option, callback))
    }

    func set(seek: @escaping pannier_curl_seek) throws(HTTPFailure) {
        try check(pannier_curl_set_seek(easy, seek))
    }

    mutating func setLines(_ texts: [String]) throws(HTTPFailure) {
        for text in texts {
            guard let longer = curl_slist_append(lines, text) else {
                throw HTTPFailure(.clientFailed, "There is no memory left for a request.")
            }
            lines = longer
        }
        try check(pannier_curl_set_list(easy, CURLOPT_HTTPHEADER, lines))
    }

    var status: Int {
        var value = 0
        pannier_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    func failure(_ code: CURLcode) -> HTTPFailure {
        var number = 0
        pannier_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        return HTTPFailure(curl: code, detail: String(cString: message), systemError: Int32(truncatingIfNeeded: number))
    }

    private func check(_ code: CURLcode) throws(HTTPFailure) {
        guard code == CURLE_OK else { throw failure(code) }
    }
}
