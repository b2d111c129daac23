package dev.bantam.inference.encoder;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts texts into batches of like lengths, so that few places are padding.
 *
 * @param mostPlaces places of one batch at most: its texts times the longest of them. A single text
 *     may have more
 */
record LengthBatches(int mostPlaces) {

  /** Beyond that the values between a layer's steps leave the processor's caches. */
  private static final int USUAL_PLACES = 256;

  /** Padding that costs no more than a run of its own would: places a batch. */
  private static final int FREE_PADDING = 32;

  /** Of a batch's places, one in so many may be padding. */
  private static final int PADDING_SHARE = 8;

  LengthBatches() {
    this(USUAL_PLACES);
  }

  /**
   * @return indexes of the texts, batch by batch, the longest texts first
   */
  List<List<Integer>> cut(List<EncoderInput> texts) {
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -texts.get(i).size()))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int longest = 0;
    int padding = 0;
    for (int index : order) {
      int size = texts.get(index).size();
      int places = longest * (batch.size() + 1);
      int wasted = padding + longest - size;
      boolean full = places > mostPlaces || wasted > Math.max(FREE_PADDING, places / PADDING_SHARE);
      if (batch.isEmpty() || full) {
        batch = new ArrayList<>();
        batches.add(batch);
        longest = size;
        padding = 0;
      }
      padding += longest - size;
      batch.add(index);
    }
    return batches;
  }
}
