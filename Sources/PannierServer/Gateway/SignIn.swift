import Foundation
import PannierChunks
import PannierCore

extension Gateway {
    /// E-mail and password for a token. An unknown address, a wrong password and a removed account look the same and
    /// take as long.
    func signIn(_ call: Call) async throws -> Answer {
        let request = try call.decode(SignIn.Request.self)
        let texts = [request.email, request.password, request.device]
        guard texts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= GatewayLimits.signInText }) else {
            throw Problem(
                .badRequest, "E-mail, password and the device's name must have 1 to \(GatewayLimits.signInText) bytes.")
        }
        let attempt = SignInLimit.Attempt(address: call.context.origin(of: call.request), email: request.email)
        try signIns.begin(attempt, now: clock())
        let stored = try await store.read { try Operations.credentials(email: request.email, in: $0) }
        guard try await passwords.matches(request.password, stored), let stored else {
            throw Problem.signInFailed
        }
        signIns.succeeded(attempt)
        return try await makeDevice(request, stored)
    }

    private func makeDevice(_ request: SignIn.Request, _ stored: StoredCredentials) async throws -> Answer {
        let token = BearerToken.make()
        let now = clock()
        let response = try await store.write { transaction in
            // Looked at again: the account may have gone, or its password changed, while scrypt was running.
            guard let current = try Operations.credentials(email: request.email, in: transaction),
                current.account == stored.account, ConstantTime.equal(current.hash, stored.hash)
            else { throw Problem.signInFailed }
            let (device, account) = try Operations.createDevice(
                account: stored.account, name: request.device, tokenHash: token.hash, now: now, in: transaction)
            return SignIn.Response(token: token.text, device: device, account: account)
        }
        return .json([UInt8](try WireJSON.encode(response)))
    }
}

extension Problem {
    fileprivate static let signInFailed = Problem(
        .signInFailed, "E-mail or password is wrong.", detail: "Nothing was changed. Check both and try again.")
}
