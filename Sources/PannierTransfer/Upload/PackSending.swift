internal import PannierCore

/// How one pack gets to the store and is acknowledged. A value: what to do next follows from the answers.
///
/// 1. PUT. Stored, or maybe there already (412, 409): describe. The URL has died (403): a new one for the same pack.
/// 2. Describe: the service looks at the object. Acknowledged: done. Not there: it may still be on its way to the disk, so
///    after a pause, longer each time, the service looks again, or it is sent again.
/// 3. Damaged, not known to the service, or not there after all pauses: once more as a new pack, under another name.
struct PackSending {
    enum Step: Equatable {
        case put, describe, newURL, newPack, done
        case pause(Milliseconds)
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
    private let firstPause: Milliseconds
    private var step = Step.put
    private var deadURLs = 0
    private var isMaybeThere = false
    private var lost = 0
    private var isSecondPack = false

    /// A signature that never holds is a store or a clock that is set up wrongly.
    private static let urlLimit = 5
    /// Pauses of one pack: a minute in all.
    private static let pauses = 6

    /// - Parameter pause: the first one, doubled each time.
    init(opened: OpenPacks.Opened, pause: Milliseconds) {
        self.opened = opened
        firstPause = pause
    }

    func next() -> Step { step }

    mutating func put(_ answer: StoreClient.PutAnswer) {
        switch answer {
        case .stored, .maybeThere:
            isMaybeThere = answer == .maybeThere
            step = .describe
        case .expired:
            deadURLs += 1
            step = deadURLs < Self.urlLimit ? .newURL : .giveUp(Self.refused)
        }
    }

    mutating func described(_ answer: Description) {
        switch answer {
        case .acknowledged: step = .done
        case .missing where lost < Self.pauses:
            step = .pause(firstPause << Milliseconds(lost))
            lost += 1
        case .missing: startOver(or: Self.vanished)
        case .damaged(let problem): startOver(or: problem)
        }
    }

    /// After ``Step/pause(_:)``: whoever was said to be writing it gets a second look before it is sent again.
    mutating func paused() { step = isMaybeThere && !lost.isMultiple(of: 2) ? .describe : .newURL }

    private mutating func startOver(or problem: Problem) {
        step = isSecondPack ? .giveUp(problem) : .newPack
        isSecondPack = true
        lost = 0
    }

    private static let refused = Problem(
        .storeRefused, "The object store refuses every request that the server signs.",
        detail: "Whoever runs the server should check its clock and the store's address with `pannier-server doctor`.")
    private static let vanished = Problem(
        .storeRefused, "The object store took a pack again and again, and does not have it.",
        detail: "Whoever runs the server finds out more with `pannier-server doctor`.")
    /// Shown during a pause.
    static let late = Problem(
        .storeRefused, "The object store does not have a pack yet that was sent to it.",
        detail: "It is looked for again, and sent again.")
}
