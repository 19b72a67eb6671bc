import PannierMirror
import PannierSync
import Testing

/// However a program saves a file: one look after the end of it, and none in between.
@Suite struct SaveSequenceTests {
    private func expectOneLook(_ recording: WatchRecording, at name: String) {
        let looks = recording.looks()
        #expect(looks.count == 1)
        #expect(looks.first?.at == recording.end() + 2_000)
        #expect(looks.first?.news.names.contains(Array(name.utf8)) == true)
        #expect(looks.first?.news.busy == [])
    }

    @Test(arguments: SaveRecording.all) func oneLookAtTheEnd(_ saved: SaveRecording) throws {
        expectOneLook(try WatchRecording(saved.text), at: saved.name)
    }

    /// The same programs may be slow: then others of their files may be looked at meanwhile, but not the one that is saved.
    @Test(arguments: SaveRecording.all) func oneLookAtWhatIsSaved(_ saved: SaveRecording) throws {
        var slow = try WatchRecording(saved.text)
        for index in slow.events.indices { slow.events[index].at *= 10 }
        let looks = slow.looks().filter { $0.news.names.contains(Array(saved.name.utf8)) }
        #expect(looks.count == 1)
        #expect(looks.allSatisfy { $0.at >= slow.end(of: saved.name) + 2_000 })
    }

    /// vim as long as a file is edited: 60 s of nothing, and it is still open.
    @Test func theSwapFileIsLeftOut() throws {
        let looks = try WatchRecording(
            """
            3 made .a.txt.swx
            3 closed .a.txt.swx
            3 removed .a.txt.swx
            3 made .a.txt.swp
            3 written .a.txt.swp
            5004 written .a.txt.swp
            5004 written a.txt
            5005 closed a.txt
            10005 closed .a.txt.swp
            10006 removed .a.txt.swp
            """
        ).looks()
        #expect(looks.map(\.at) == [9_005, 12_006])
        #expect(looks.first?.news.names == [Array("a.txt".utf8)])
        #expect(looks.first?.news.busy == [Array(".a.txt.swp".utf8), Array(".a.txt.swx".utf8)])
    }

    // MARK: - Programs that are everywhere, as they are today

    @Test(arguments: [
        ("mv b.txt a.txt", "echo one > a.txt; echo two > b.txt"),
        ("cp b.txt a.txt", "echo one > a.txt; echo two > b.txt"),
        ("sed -i s/one/two/ a.txt", "echo one > a.txt"), ("echo two >> a.txt", "echo one > a.txt"),
        ("ln b.txt a.txt; rm b.txt", "echo two > b.txt"), ("touch a.txt; chmod +x a.txt", "true"),
    ]) func whatProgramsDo(_ script: String, _ prepare: String) throws {
        expectOneLook(try ProgramRecorder.record(script, prepare: prepare), at: "a.txt")
    }

    @Test(.enabled(if: IgnoredByGit.isThere, "git is not there")) func gitChecksOut() throws {
        let recording = try ProgramRecorder.record(
            "git checkout --quiet first",
            prepare: """
                git init --quiet; git checkout --quiet -b first; mkdir x
                for n in 1 2 3; do echo $n > $n.txt; echo $n > x/$n.txt; done
                git add .; git commit --quiet -m one
                git checkout --quiet -b second
                for n in 1 2; do echo b > $n.txt; echo b > x/$n.txt; done; rm 3.txt x/3.txt
                git add --all; git commit --quiet -m two
                """)
        let looks = recording.looks()
        #expect(looks.map(\.news.folder) == [LocalID(1), LocalID(2)])
        #expect(
            looks.allSatisfy { $0.news.names == Set((1...3).map { Array("\($0).txt".utf8) }) && $0.news.busy == [] })
    }
}
