import Logging
import PannierCore
import PannierMirror
import PannierSync
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
        let new = Session(
            server: address.text, token: answer.token, device: answer.device, deviceName: request.device,
            account: answer.account)
        // From here on it goes to its end, or all the way back, whether anyone still waits for it or not.
        let made = ServiceClient(server: address, token: new.token, http: http)
        try await Task { await takeOrGiveBack(new, made) }.value.get()
        // What the server holds may take its time: the person is signed in already.
        await catchUp(for: Self.firstLook)
        return status
    }

    /// How long a sign-in waits for what the server tells first.
    private static let firstLook = Duration.seconds(5)

    private func takeOrGiveBack(_ new: Session, _ made: ServiceClient) async -> Result<Void, Problem> {
        do throws(Problem) {
            await giveBack(try await take(new))
            return .success(())
        } catch {
            await giveBack(made)
            return .failure(error)
        }
    }

    /// Makes a session the one of this profile. The file comes last: what it names is in force, or nothing has changed.
    /// - Returns: the way to the server with the token that this one replaces.
    private func take(_ new: Session) async throws(Problem) -> ServiceClient? {
        await accountTurn.take()
        defer { accountTurn.give() }
        let (old, replaced, refusal) = (session, service, board.refusal)
        if old == nil { try await endSignOut(before: new.account) }
        try await mirror.write { try FeedState.adopt(server: new.server, account: new.account, in: $0) }
        do throws(Problem) {
            try await use(new)
            try await keep(new)
        } catch {
            log.warning("a sign-in was taken back", metadata: ["problem": "\(error)"])
            do throws(Problem) {
                try await use(old, refused: refusal)
            } catch {
                log.error("the sign-in before cannot be taken up again", metadata: ["problem": "\(error)"])
            }
            throw error
        }
        return replaced
    }

    /// A token that is in force no more should not live on. That the server cannot be told changes nothing here.
    private func giveBack(_ service: ServiceClient?) async {
        guard let service else { return }
        let key = IdempotencyKey()
        do throws(Problem) {
            try await RetryPolicy.interactive.run { _ throws(Problem) in try await service.signOut(key: key) }
        } catch  where error.code == .tokenInvalid {
        } catch {
            log.warning("a token could not be given back", metadata: ["problem": "\(error)"])
        }
    }

    /// Writes the session down. With ``accountTurn`` taken.
    func keep(_ session: Session) async throws(Problem) {
        let paths = mirror.paths
        try await BlockingThread.run { () throws(Problem) in try SessionFile.write(session, paths) }
    }

    /// Signs out, here even when the server cannot be told.
    /// - Returns: transfers that were not over, and were cancelled; why it could not; and what could not be let go of yet.
    func signOut() async throws(Problem) -> EngineReply {
        let (left, old) = try await signOutHere()
        do throws(Problem) {
            try await old?.signOut()
        } catch  where error.code == .tokenInvalid {
        } catch {
            let untold = Problem(
                error.code, "This device is signed out here, but the server could not be told: \(error.title)",
                detail: "There is nothing more to do: its token was kept here alone, and is gone. The server goes on "
                    + "counting this device among those that are signed in.")
            return .signedOut(left.cancelled, untold: untold, notLetGo: left.notLetGo)
        }
        return .signedOut(left.cancelled, untold: nil, notLetGo: left.notLetGo)
    }

    /// An address may be that of something else, or have a path behind it where no service answers.
    static func withHint(_ problem: Problem, at address: ServerAddress) -> Problem {
        guard
            problem.isOfAnotherService(at: address.host)
                || address.hasPath && problem.status >= 400 && problem.code != .signInFailed
        else { return problem }
        return .noServer(at: address, because: problem)
    }

    /// What came of signing out on this machine.
    private struct Left: Sendable {
        /// Transfers that were not over, as far as they have ended by now.
        var cancelled: [TransferID]
        /// Why not all is let go of yet; nil: it is.
        var notLetGo: Problem?
    }

    /// Signing out on this machine, in steps that a process may die between. What is left of it then is done at the next
    /// sign-in, by ``endSignOut(before:)``.
    ///
    /// 1. Transfers are cancelled: leases on the server are given back while the token still holds.
    /// 2. The session goes from the disk: from here on nobody is signed in, and the synced folder has nobody to ask.
    /// 3. The synced folder is closed. What it has still asked for is cleared, and the mirror forgets whose it was.
    ///
    /// The first and the last wait for disks, which may never answer. Then the person is told, and it goes on by itself;
    /// before it has come to its end nobody signs in.
    private func signOutHere() async throws(Problem) -> (left: Left, service: ServiceClient?) {
        await accountTurn.take()
        defer { accountTurn.give() }
        // A sign-in that cannot be read is one that can be ended.
        guard session != nil || board.refusal != nil else {
            throw Problem(
                .notSignedIn, "No account is signed in on this profile.", detail: "There is nothing to sign out.")
        }
        let old = service
        return (try await Task { await endSession() }.value.get(), old)
    }

    private func endSession() async -> Result<Left, Problem> {
        let cancelling = LastingWork { await self.cancelAll() }
        do throws(Problem) {
            var left = Left(cancelled: [])
            if let cancelled = await cancelling.value(within: diskPatience) { left.cancelled = try cancelled.get() }
            let paths = mirror.paths
            try await BlockingThread.run { () throws(Problem) in try SessionFile.remove(paths) }
            _ = try hold(nil, refused: nil)
            let work = LastingWork {
                await self.passOn()
                _ = await cancelling.value
                return await self.forgetAll()
            }
            left.notLetGo = try await wait(for: work)
            return .success(left)
        } catch {
            return .failure(error)
        }
    }

    private func cancelAll() async -> Result<[TransferID], Problem> {
        do throws(Problem) { return .success(try await control(.cancel, nil)) } catch { return .failure(error) }
    }

    /// Nobody is signed in: what is still there of another account is left of a sign-out that did not come to its end.
    private func endSignOut(before account: Account) async throws(Problem) {
        if leaving == nil {
            guard try await mirror.read({ try FeedState.isOfAnother(account, in: $0) }) else { return }
            log.info("ending a sign-out that was interrupted")
        }
        if let problem = try await wait(for: leaving ?? LastingWork { await self.forgetAll() }) { throw problem }
    }

    /// With ``accountTurn`` taken.
    /// - Returns: why it has not come to its end yet; nil: it has.
    private func wait(for work: LastingWork<Result<Void, Problem>>) async throws(Problem) -> Problem? {
        leaving = work
        guard let outcome = await work.value(within: diskPatience) else {
            log.warning("a sign-out goes on: a disk is slow, or does not answer")
            return .notLetGo(await sync.paired?.path)
        }
        leaving = nil
        try outcome.get()
        return nil
    }

    private func forgetAll() async -> Result<Void, Problem> {
        do throws(Problem) { return .success(try await forgetAccount()) } catch { return .failure(error) }
    }

    /// Clears transfers, lets the synced folder go, and forgets the mirror. What pannier has put into the folder is taken out
    /// first: once it is forgotten nobody knows where that was.
    private func forgetAccount() async throws(Problem) {
        try await sync.closed { () throws(Problem) in
            _ = try await self.control(.cancel, nil)
            _ = try await self.control(.clear, nil)
            let unneeded = try await self.mirror.read { try EvictedForGood($0) }
            await self.sync.letGo(await self.sync.paired, unneeded)
            try await self.forgetMirror()
        }
    }

    private func forgetMirror() async throws(Problem) {
        try await mirror.write { try FeedState.forget(in: $0) }
        AsideMirrors.remove(mirror.paths)
        publish(.foldersChanged(nil))
        publish(.sharedChanged)
    }
}

extension Problem {
    /// - Parameter folder: the synced one; nil: there is none.
    fileprivate static func notLetGo(_ folder: LocalPath?) -> Problem {
        let what = folder.map { "“\($0)” could not be let go of" } ?? "Transfers could not be ended"
        return Problem(
            .localWriteFailed, "\(what) yet: a disk is slow, or does not answer.",
            detail: "Nobody is signed in any more, and nothing was deleted. Once the disk answers, the rest is done by "
                + "itself; before that nobody can sign in on this profile. Another one can be used meanwhile: "
                + "`pannier --profile NAME login …`.", status: 0)
    }

    /// Something else answers at an address, if anything does.
    static func noServer(at address: ServerAddress, because problem: Problem? = nil) -> Problem {
        Problem(
            .serverUnreachable,
            "No pannier server answers at \(address.text)" + (problem.map { ": \($0.title)" } ?? "."),
            detail: address.hasPath
                ? "The address has a path behind the host; try \(address.bare)."
                : "Something else does. Check the address and its port.",
            status: problem?.status)
    }
}

extension ServerAddress {
    fileprivate var bare: String { "\(isSecure ? "https" : "http")://\(host)" }
    fileprivate var hasPath: Bool { bare != text }
}
