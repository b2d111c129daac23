package dev.bantam.inference.generation;

/**
 * How many looked-up tokens a run of the graph checks beside the one that it has to evaluate. What
 * checking costs is paid from a credit, which accepted tokens and, slowly, all tokens fill: text
 * that repeats nothing is held up by no more than that, and a new try is made every few tokens. All
 * depends on tokens only, never on time, so the same request takes the same runs. For one
 * generation, one thread.
 */
final class Drafts {

  /** What a checked token costs, in runs of one token (decision 0120). */
  private static final double COST = 0.3;

  /** What a generated token adds: the share of the time that may be lost. */
  private static final double ALLOWANCE = 0.03;

  private static final double FIRST_CREDIT = 1.2;
  private static final double MOST_CREDIT = 5;
  private static final int FIRST_REACH = 4;

  private DraftIndex index;
  private int most;
  private double credit = FIRST_CREDIT;
  private int reach = FIRST_REACH;
  private int drafted;
  private int accepted;

  /**
   * @param most tokens that are checked at a time; 0 for none ever
   */
  Drafts(int[] prompt, int most) {
    this.most = most;
    this.index = new DraftIndex(most > 0 ? prompt : new int[0]);
  }

  /** From now on, they are looked up among these tokens, the last picked one included. */
  void restart(int[] tokens) {
    index = new DraftIndex(most > 0 ? tokens : new int[0]);
  }

  /** From now on, nothing is looked up. */
  void stop() {
    most = 0;
  }

  /** Told of each token that is picked. */
  void add(int token) {
    if (most > 0) {
      index.add(token);
      credit = Math.min(MOST_CREDIT, credit + ALLOWANCE);
    }
  }

  /**
   * The tokens to evaluate in one run: the last that was picked, and those that may follow it.
   *
   * @param room most tokens that may follow it
   */
  int[] run(int token, int room) {
    int count = Math.min(Math.min(most, room), Math.min(reach, (int) (credit / COST)));
    int[] following = count > 0 ? index.following(count) : new int[0];
    int[] run = new int[1 + following.length];
    run[0] = token;
    System.arraycopy(following, 0, run, 1, following.length);
    return run;
  }

  /**
   * Told what came of a run.
   *
   * @param right how many of its tokens were those that were picked, the first included
   */
  void checked(int[] run, int right) {
    int checked = run.length - 1;
    if (checked == 0) {
      return;
    }
    int kept = right - 1;
    drafted += checked;
    accepted += kept;
    credit = Math.min(MOST_CREDIT, credit + kept - checked * COST);
    reach = kept == checked ? Math.min(most, 2 * reach) : Math.max(1, Math.min(reach, kept + 1));
  }

  /** Tokens checked so far. */
  int drafted() {
    return drafted;
  }

  /** Those of them that were picked. */
  int accepted() {
    return accepted;
  }
}
