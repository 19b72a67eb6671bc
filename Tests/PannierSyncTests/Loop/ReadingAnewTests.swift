import PannierMirror
import Testing

@testable import PannierSync

/// Whoever has said a word to read every file anew waits for the end of a reading that began after it.
@Suite struct ReadingAnewTests {
    private var reading = ReadingAnew()

    private mutating func wasRead(next: LocalID?) -> Bool { reading.wasRead(next: next) }

    @Test mutating func oneReadingIsForAllWordsBeforeIt() {
        #expect(reading.next(asked: 0) == nil)
        #expect(reading.next(asked: 2) == LocalID(0))
        #expect(wasRead(next: LocalID(5)) == false)
        #expect(reading.next(asked: 2) == LocalID(5))
        #expect(wasRead(next: nil) == true)
        #expect(reading.planned() == 2)
        #expect(reading.next(asked: 2) == nil)
    }

    @Test mutating func aWordThatIsSaidMeanwhileIsForAnotherOne() {
        #expect(reading.next(asked: 1) == LocalID(0))
        #expect(wasRead(next: LocalID(5)) == false)
        #expect(reading.next(asked: 3) == LocalID(5))
        #expect(wasRead(next: nil) == true)
        #expect(reading.planned() == 1)
        #expect(reading.next(asked: 3) == LocalID(0))
        #expect(wasRead(next: nil) == true)
        #expect(reading.planned() == 3)
    }

    /// What it has found shows in the plan that comes after it, and none before that is its end.
    @Test mutating func itIsDoneOnceWhatItFoundIsPlanned() {
        #expect(reading.next(asked: 1) == LocalID(0))
        #expect(reading.planned() == nil)
        #expect(wasRead(next: nil) == true)
        #expect(reading.next(asked: 2) == nil, "nothing is read before")
        #expect(reading.planned() == 1)
        #expect(reading.planned() == nil)
    }
}
