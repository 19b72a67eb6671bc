internal import PannierCore

/// How one pack gets to the store and is acknowledged. A value: what to do next follows from the answers.
///
/// 1. PUT. Stored, or maybe there already (412, 409): describe. The URL has died (403): a new one for the same pack.
/// 2. Describe: the service looks at the object. Acknowledged: done. Not there: PUT again, and if that does not help as a
///    new pack, for a store that could not make a name durable never uses that name again. Damaged, or a pack that the
///    service does not know: once more as a new pack.
struct PackSending {
    enum Step: Equatable {
        case put, describe, newURL, newPack, done
        case giveUp(Problem)
    }

    enum Description: Equatable {
        case acknowledged
        case missing
        case damaged(Problem)
    }

    /// Pack and URL in use; replaced by the caller after ``Step/newURL`` and ``Step/newPack``.
    var opened: OpenPacks.Opened {
        didSet { step = .put }
    }
    private var step = Step.put
    private var deadURLs = 0
    private var lost = 0
    private var damaged = 0

    /// A signature that never holds is a store or a clock that is set up wrongly.
    private static let urlLimit = 5
    private static let lossLimit = 3

    init(opened: OpenPacks.Opened) { self.opened = opened }

    func next() -> Step { step }

    mutating func put(_ answer: StoreClient.PutAnswer) {
        switch answer {
        case .stored, .maybeThere: step = .describe
        case .expired:
            deadURLs += 1
            step = deadURLs < Self.urlLimit ? .newURL : .giveUp(Self.refused)
        }
    }

    mutating func described(_ answer: Description) {
        switch answer {
        case .acknowledged: step = .done
        case .missing:
            lost += 1
            step = lost == 1 ? .newURL : lost < Self.lossLimit ? .newPack : .giveUp(Self.vanished)
        case .damaged(let problem):
            damaged += 1
            step = damaged < 2 ? .newPack : .giveUp(problem)
        }
    }

    private static let refused = Problem(
        .storeRefused, "The object store refuses every request that the server signs.",
        detail: "Whoever runs the server should check its clock and the store's address with `pannier-server doctor`.")
    private static let vanished = Problem(
        .storeRefused, "The object store took a pack again and again, and does not have it.",
        detail: "Whoever runs the server finds out more with `pannier-server doctor`.")
}
