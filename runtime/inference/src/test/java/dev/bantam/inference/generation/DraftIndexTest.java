package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DraftIndexTest {

  @Test
  void shouldFindNothingWhereTheLastTwoTokensAreNew() {
    assertThat(new DraftIndex(new int[] {1, 2, 3, 4, 3}).following(4)).isEmpty();
    assertThat(new DraftIndex(new int[] {7}).following(4)).isEmpty();
    assertThat(new DraftIndex(new int[0]).following(4)).isEmpty();
  }

  @Test
  void shouldPreferThePlaceWithMoreTheSameToALaterOne() {
    // Given "5 1 2" before 3, and later "6 1 2" before 4
    DraftIndex index = new DraftIndex(new int[] {5, 1, 2, 3, 9, 6, 1, 2, 4, 9, 5, 1, 2});

    // When, Then
    assertThat(index.following(2)).containsExactly(3, 9);
  }

  @Test
  void shouldPreferTheLaterOfTwoPlacesThatAreTheSame() {
    assertThat(new DraftIndex(new int[] {1, 2, 3, 0, 1, 2, 4, 0, 1, 2}).following(1))
        .containsExactly(4);
  }

  @Test
  void shouldGoOnWithAPeriodThatIsShorterThanWhatIsWanted() {
    assertThat(new DraftIndex(new int[] {8, 1, 2, 1, 2}).following(5))
        .containsExactly(1, 2, 1, 2, 1);
  }

  @Test
  void shouldFindWhatAWholeSearchFindsWhileTheTextGrows() {
    // Given few tokens, so that all repeats, and more of them than there is room for at first
    Random random = new Random(3);
    int[] text = random.ints(1500, 0, 12).toArray();
    DraftIndex index = new DraftIndex(new int[0]);
    for (int size = 1; size <= text.length; size++) {
      index.add(text[size - 1]);

      // When
      int[] found = index.following(1);

      // Then there is something wherever the last two stood before, and it followed them there
      assertThat(found.length == 1).isEqualTo(stood(text, size, -1));
      assertThat(found.length == 0 || stood(text, size, found[0])).isTrue();
    }
  }

  /** Whether the last two of {@code size} tokens stood before, with {@code next} behind them. */
  private static boolean stood(int[] text, int size, int next) {
    for (int end = 2; end < size; end++) {
      if (text[end - 2] == text[size - 2]
          && text[end - 1] == text[size - 1]
          && (next < 0 || text[end] == next)) {
        return true;
      }
    }
    return false;
  }
}
