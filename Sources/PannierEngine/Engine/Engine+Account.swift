import Logging
import PannierCore
import PannierMirror
import PannierTransfer

// Signing in and out.
extension Engine {
    /// Signs this device in. The same account goes on with its mirror and its transfers; while one is signed in, another
    /// one is refused, and its new token is given back at once.
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
        do throws(Problem) {
            try await take(answer, at: address, as: request.device)
        } catch {
            try? await ServiceClient(server: address, token: answer.token, http: http).signOut()
            throw error
        }
        try await feed.refresh()
        return status
    }

    private func take(_ answer: SignIn.Response, at address: ServerAddress, as name: String) async throws(Problem) {
        await accountTurn.take()
        defer { accountTurn.give() }
        if session == nil { try await endSignOut(before: answer.account) }
        try await mirror.write { try FeedState.adopt(server: address.text, account: answer.account, in: $0) }
        let new = Session(
            server: address.text, token: answer.token, device: answer.device, deviceName: name,
            account: answer.account)
        try SessionFile.write(new, mirror.paths)
        let old = service
        try await use(new)
        // The token that this one replaces should not live on.
        if let old { try? await old.signOut() }
    }

    /// Signs out, here even when the server cannot be told.
    /// - Returns: transfers that were not over, and were cancelled.
    func signOut() async throws(Problem) -> [TransferID] {
        await accountTurn.take()
        defer { accountTurn.give() }
        return try await signOutAlone()
    }

    /// An address that was copied from somewhere may have a path behind it, where no service answers.
    private static func withHint(_ problem: Problem, at address: ServerAddress) -> Problem {
        let bare = "\(address.isSecure ? "https" : "http")://\(address.host)"
        guard bare != address.text, problem.status >= 400, problem.code != .signInFailed else { return problem }
        return Problem(
            .serverUnreachable, "No File Service answers at \(address.text): \(problem.title)",
            detail: "The address has a path behind the host; try \(bare).", status: problem.status)
    }

    /// Signing out, in steps that a process may die between. What is left of it then is done at the next sign-in, by
    /// ``endSignOut(before:)``.
    ///
    /// 1. Transfers are cancelled and cleared.
    /// 2. The session goes from the disk: from here on nobody is signed in.
    /// 3. The mirror forgets whose it was.
    private func signOutAlone() async throws(Problem) -> [TransferID] {
        guard session != nil else {
            throw Problem(
                .notSignedIn, "No account is signed in on this profile.", detail: "There is nothing to sign out.")
        }
        let old = service
        // Leases on the server are given back while the token still holds.
        let cancelled = try await clearTransfers()
        try SessionFile.remove(mirror.paths)
        try await use(nil)
        try await forgetMirror()
        do throws(Problem) {
            try await old?.signOut()
        } catch  where error.code == .tokenInvalid {
        } catch {
            throw Problem(
                error.code, "This device is signed out here, but the server could not be told: \(error.title)",
                detail: "There is nothing more to do: its token was kept here alone, and is gone. The server goes on "
                    + "counting this device among those that are signed in.")
        }
        return cancelled
    }

    /// Nobody is signed in: what is still there of another account is left of a sign-out that did not come to its end.
    private func endSignOut(before account: Account) async throws(Problem) {
        guard try await mirror.read({ try FeedState.isOfAnother(account, in: $0) }) else { return }
        log.info("ending a sign-out that was interrupted")
        _ = try await clearTransfers()
        try await forgetMirror()
    }

    /// - Returns: those that were not over.
    private func clearTransfers() async throws(Problem) -> [TransferID] {
        let cancelled = try await control(.cancel, nil)
        _ = try await control(.clear, nil)
        return cancelled
    }

    private func forgetMirror() async throws(Problem) {
        try await mirror.write { try FeedState.forget(in: $0) }
        AsideMirrors.remove(mirror.paths)
        publish(.foldersChanged(nil))
        publish(.sharedChanged)
    }
}
