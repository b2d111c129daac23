package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DraftsTest {

  private static final int MOST = GenerationParameters.MOST_DRAFTS;

  /** What a checked token costs, in runs of one token, as {@link Drafts} reckons. */
  private static final double COST = 0.3;

  @Test
  void shouldCheckMoreAndMoreWhereAllAreRight() {
    // Given a text that goes on as it began
    Drafts drafts = new Drafts(new int[] {1, 2, 3, 1, 2}, MOST);
    int tokens = 0;
    int runs = 0;
    int next = 3;

    // When
    while (tokens < 300) {
      int[] run = run(drafts, next, 1000);
      accept(drafts, run);
      tokens += run.length;
      runs++;
      next = run[run.length - 1] % 3 + 1;
    }

    // Then
    assertThat(drafts.accepted()).isEqualTo(drafts.drafted()).isEqualTo(tokens - runs);
    assertThat((double) tokens / runs).isGreaterThan(12);
  }

  @Test
  void shouldCostNoMoreThanItsAllowanceWhereNoneIsRight() {
    // Given
    Drafts drafts = new Drafts(new int[] {1, 2, 3, 1, 2}, MOST);
    int tokens = 1000;
    int tries = 0;

    // When tokens repeat in pairs, but never go on in the same way
    for (int i = 0; i < tokens; i++) {
      int[] run = run(drafts, 1 + i % 2, 1000);
      drafts.checked(run, 1);
      tries += run.length > 1 ? 1 : 0;
    }

    // Then
    assertThat(drafts.accepted()).isZero();
    assertThat(drafts.drafted() * COST).isBetween(tokens * 0.02, tokens * 0.03 + 2);
    assertThat(tries).isGreaterThan(50);
  }

  @Test
  void shouldCheckMoreAgainOnceTheTextRepeatsItself() {
    // Given
    Drafts drafts = new Drafts(new int[] {1, 2, 3, 1, 2}, MOST);
    for (int i = 0; i < 200; i++) {
      drafts.checked(run(drafts, 1 + i % 2, 1000), 1);
    }

    // When
    int longest = 0;
    for (int i = 0; i < 60; i++) {
      int[] run = run(drafts, 1 + i % 2, 1000);
      accept(drafts, run);
      longest = Math.max(longest, run.length);
    }

    // Then
    assertThat(longest).isEqualTo(1 + MOST);
  }

  @Test
  void shouldCheckNoMoreThanThereIsRoomForAndNoneWhereNoneAreWanted() {
    int[] prompt = {1, 2, 3, 4, 5, 1, 2};
    assertThat(run(new Drafts(prompt, MOST), 3, 2)).containsExactly(3, 4, 5);
    assertThat(run(new Drafts(prompt, 1), 3, 10)).containsExactly(3, 4);
    assertThat(run(new Drafts(prompt, MOST), 3, 0)).containsExactly(3);
    assertThat(run(new Drafts(prompt, 0), 3, 10)).containsExactly(3);
  }

  private static int[] run(Drafts drafts, int token, int room) {
    drafts.add(token);
    return drafts.run(token, room);
  }

  /** All of a run are those that are picked. */
  private static void accept(Drafts drafts, int[] run) {
    for (int i = 1; i < run.length; i++) {
      drafts.add(run[i]);
    }
    drafts.checked(run, run.length);
  }
}
