// POST   /v1/devices           sign in: SignIn.Request → SignIn.Response (the only route without a token)
// DELETE /v1/devices/current   sign out: the token dies at once
// GET    /v1/account           → Account

package enum SignIn {
    package struct Request: Codable, Sendable {
        package var email: String
        package var password: String
        /// What the person calls this device.
        package var device: String

        package init(email: String, password: String, device: String) {
            self.email = email
            self.password = password
            self.device = device
        }
    }

    package struct Response: Codable, Sendable {
        /// Opaque bearer token of this device; the server keeps only its hash.
        package var token: String
        package var device: DeviceID
        package var account: Account

        package init(token: String, device: DeviceID, account: Account) {
            self.token = token
            self.device = device
            self.account = account
        }
    }
}

package struct Account: Codable, Sendable, Hashable {
    package var id: AccountID
    package var email: String
    package var name: String
    package var namespace: NamespaceID
    /// The folder that is My Files.
    package var root: NodeID
    /// 32 secret bytes, hexadecimal: where files of this namespace are cut.
    package var chunkerSeed: String
    /// Stored bytes that count against the quota.
    package var usedBytes: Int64
    /// Nil: unlimited.
    package var quotaBytes: Int64?

    package init(
        id: AccountID, email: String, name: String, namespace: NamespaceID, root: NodeID, chunkerSeed: String,
        usedBytes: Int64, quotaBytes: Int64?
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.namespace = namespace
        self.root = root
        self.chunkerSeed = chunkerSeed
        self.usedBytes = usedBytes
        self.quotaBytes = quotaBytes
    }

    private enum CodingKeys: CodingKey { case id, email, name, namespace, root, chunkerSeed, usedBytes, quotaBytes }

    /// Also kept on disk, by versions of all ages: what is only shown is not demanded.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(AccountID.self, forKey: .id)
        email = try values.decode(String.self, forKey: .email)
        namespace = try values.decode(NamespaceID.self, forKey: .namespace)
        root = try values.decode(NodeID.self, forKey: .root)
        chunkerSeed = try values.decode(String.self, forKey: .chunkerSeed)
        name = try values.decodeIfPresent(String.self, forKey: .name) ?? ""
        usedBytes = try values.decodeIfPresent(Int64.self, forKey: .usedBytes) ?? 0
        quotaBytes = try values.decodeIfPresent(Int64.self, forKey: .quotaBytes)
    }
}
