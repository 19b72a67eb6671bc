import PannierCore
import PannierMirror
import PannierTransfer

// Signing in and out.
extension Engine {
    /// Signs this device in. The same account goes on with its mirror and its transfers; another one is refused, and its
    /// new token is given back at once.
    func signIn(_ request: EngineCommand.SignInRequest) async throws(Problem) -> EngineStatus {
        let address = try ServerAddress(parsing: request.server)
        let client = ServiceClient(server: address, token: nil, http: http)
        let answer: SignIn.Response
        do throws(Problem) {
            answer = try await client.signIn(
                SignIn.Request(email: request.email, password: request.password, device: request.device))
        } catch {
            throw Self.withHint(error, at: address)
        }
        let fresh = ServiceClient(server: address, token: answer.token, http: http)
        do throws(Problem) {
            try await mirror.write { try FeedState.adopt(server: address.text, account: answer.account, in: $0) }
            let new = Session(
                server: address.text, token: answer.token, device: answer.device, deviceName: request.device,
                account: answer.account)
            try SessionFile.write(new, mirror.paths)
            let old = service
            try await use(new)
            // The token that this one replaces should not live on.
            if let old { try? await old.signOut() }
        } catch {
            try? await fresh.signOut()
            throw error
        }
        try await feed.refresh()
        return status
    }

    /// An address that was copied from somewhere may have a path behind it, where no service answers.
    private static func withHint(_ problem: Problem, at address: ServerAddress) -> Problem {
        let bare = "\(address.isSecure ? "https" : "http")://\(address.host)"
        guard bare != address.text, problem.status >= 400, problem.code != .signInFailed else { return problem }
        return Problem(
            .serverUnreachable, "No File Service answers at \(address.text): \(problem.title)",
            detail: "The address has a path behind the host; try \(bare).", status: problem.status)
    }

    /// Signs out, here even when the server cannot be told.
    /// - Returns: transfers that were not over, and were cancelled.
    func signOut() async throws(Problem) -> [TransferID] {
        guard session != nil else {
            throw Problem(
                .notSignedIn, "No account is signed in on this profile.", detail: "There is nothing to sign out.")
        }
        let old = service
        // Leases on the server are given back while the token still holds.
        let cancelled = try await control(.cancel, nil)
        _ = try await control(.clear, nil)
        SessionFile.remove(mirror.paths)
        try await use(nil)
        try await mirror.write { try FeedState.forget(in: $0) }
        AsideMirrors.remove(mirror.paths)
        publish(.foldersChanged(nil))
        publish(.sharedChanged)
        do throws(Problem) {
            try await old?.signOut()
        } catch  where error.code == .tokenInvalid {
        } catch {
            throw Problem(
                error.code, "This device is signed out here, but the server could not be told: \(error.title)",
                detail: "Take the device off the account's list when the server is there again.")
        }
        return cancelled
    }
}
