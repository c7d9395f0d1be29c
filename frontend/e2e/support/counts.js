// Ends a run with its counts on one line; in CI a skipped test is a failure.
export default class Counts {
  counts = { passed: 0, failed: 0, skipped: 0 };

  onBegin(config, suite) {
    this.suite = suite;
  }

  onEnd({ status }) {
    for (const test of this.suite.allTests()) {
      const outcome = test.outcome();
      this.counts[outcome === 'skipped' ? 'skipped' : outcome === 'expected' ? 'passed' : 'failed'] += 1;
    }
    const { passed, failed, skipped } = this.counts;
    console.log(`browser: ${passed} passed, ${failed} failed, ${skipped} skipped`);
    const good = status === 'passed' && passed > 0 && (process.env.CI !== 'true' || skipped === 0);
    return { status: good ? 'passed' : status === 'passed' ? 'failed' : status };
  }

  printsToStdio() {
    return false;
  }
}
