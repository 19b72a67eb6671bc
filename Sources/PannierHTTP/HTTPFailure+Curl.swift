internal import CCurl
internal import Glibc

extension HTTPFailure {
    /// The one place that knows libcurl's codes.
    /// - Parameters:
    ///   - detail: what libcurl wrote into the error buffer; it names host and port.
    ///   - systemError: what connect(2) said; 0 for nothing.
    init(curl code: CURLcode, detail: String, systemError: Int32 = 0) {
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        switch code {
        case CURLE_URL_MALFORMAT:
            self.init(.badRequest, "This address cannot be used: \(text).")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.hostNotFound, "\(text).", advice: "Check the address and the network.")
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY:
            // libcurl's own words name host and port, which everyone who shows this has named already.
            let reason = systemError == 0 ? text : String(cString: strerror(systemError))
            self.init(.cannotConnect, "\(reason).", advice: "The server may be down, or a firewall is in between.")
        // Only a judged certificate says anything about who answers: CURLE_SSL_CONNECT_ERROR is also a connection that
        // broke during the handshake, which passes.
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            self.init(
                .untrusted, "No trusted connection: \(text).",
                advice: "Check the server's certificate and this machine's clock.")
        case CURLE_OPERATION_TIMEDOUT:
            // libcurl tells of limits and milliseconds, which are its own affair.
            self.init(.timedOut, "Nothing came back in time.", advice: "The server may be down, or the network.")
        case CURLE_SSL_CONNECT_ERROR:
            self.init(.interrupted, "No secure connection came about: \(text).")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND,
            CURLE_UPLOAD_FAILED, CURLE_AGAIN:
            self.init(.interrupted, "The connection broke: \(text).")
        case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP_RETURNED_ERROR,
            CURLE_UNSUPPORTED_PROTOCOL:
            // The last one is an answer without a status line: other schemes are refused before libcurl sees them.
            self.init(.badAnswer, "What answers there is no HTTP server: \(text).")
        case CURLE_FILESIZE_EXCEEDED, CURLE_WRITE_ERROR:
            self.init(.answerTooLarge, "The answer is longer than expected.")
        case CURLE_ABORTED_BY_CALLBACK:
            self.init(.cancelled, "Cancelled.")
        default:
            self.init(.clientFailed, "libcurl failed: \(text) (code \(code.rawValue)).")
        }
    }
}
