import PannierCore

/// What people may want to look up after something went wrong: who signed in, who shared what, who was added or removed.
enum AuditAction: String {
    case signedIn = "signed in"
    case signedOut = "signed out"
    case shared
    case unshared
    case userAdded = "user added"
    case userRemoved = "user removed"
}

extension MetadataTransaction {
    /// - Parameter subject: What it was done to, in words: a device's name, an address and a node.
    func audit(
        _ action: AuditAction, _ subject: String, account: AccountID, device: DeviceID?, now: Milliseconds
    ) throws {
        try run(
            "INSERT INTO audit (account, at, id, device, action, subject) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .id(account), .integer(now), .id(Identifier<AccountKind>.random()), .id(device),
                .text(action.rawValue), .text(subject),
            ])
    }
}
