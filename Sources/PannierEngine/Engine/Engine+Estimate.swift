import PannierCore
import PannierMirror
import PannierTransfer

// What an upload would cost.
extension Engine {
    /// Tells the link that asks what sending these would cost, until it is over; no sources end that. It ends with the link
    /// and with the session, too.
    func estimate(_ sources: [LocalPath], number: Int64) throws(Problem) -> EngineReply {
        guard let mailbox = AskingLink.mailbox else { return .done }
        let link = ObjectIdentifier(mailbox)
        let before = estimates.removeValue(forKey: link)
        before?.cancel()
        guard !sources.isEmpty else { return .done }
        let (session, service) = try signedIn()
        let estimator = try Estimator(service: service, account: session.account) { [transfers] in
            await transfers.isAtWork
        }
        estimates[link] = Task {
            // What the one before says last must not come after what this one says.
            await before?.value
            await estimator.run(sources, number: number) { mailbox.put(.estimate($0)) }
        }
        return .done
    }

    func endEstimate(for link: ObjectIdentifier) { estimates.removeValue(forKey: link)?.cancel() }

    func endEstimates() {
        for estimate in estimates.values { estimate.cancel() }
        estimates = [:]
    }
}
