package dev.bantam.inference.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {

  private static EncoderInput text(int size) {
    return new EncoderInput(new int[size], new int[size]);
  }

  private static List<List<Integer>> cut(int mostPlaces, int... sizes) {
    return new LengthBatches(mostPlaces)
        .cut(Arrays.stream(sizes).mapToObj(LengthBatchesTest::text).toList());
  }

  @Test
  void shouldKeepTextsOfLikeLengthTogether() {
    assertThat(cut(1000, 100, 10, 98, 12, 99, 11))
        .containsExactly(List.of(0, 4, 2), List.of(3, 5, 1));
  }

  @Test
  void shouldTakeSomePaddingOverARunMore() {
    assertThat(cut(1000, 20, 3, 9)).containsExactly(List.of(0, 2, 1));
  }

  @Test
  void shouldBoundTheBatch() {
    assertThat(cut(100, 50, 50, 50)).containsExactly(List.of(0, 1), List.of(2));
    assertThat(cut(100, 300, 20)).containsExactly(List.of(0), List.of(1));
    assertThat(cut(100)).isEmpty();
  }

  @Test
  void shouldPlaceEveryTextOnceWithLittlePadding() {
    int[] sizes = new Random(1).ints(2000, 3, 256).toArray();
    List<List<Integer>> batches = cut(1024, sizes);

    assertThat(batches.stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(2000);
    long places = 0;
    for (List<Integer> batch : batches) {
      int longest = batch.stream().mapToInt(i -> sizes[i]).max().orElseThrow();
      places += (long) longest * batch.size();
      assertThat(longest * batch.size()).isLessThanOrEqualTo(1024);
    }
    assertThat(places).isLessThan(Arrays.stream(sizes).sum() * 105L / 100);
  }
}
