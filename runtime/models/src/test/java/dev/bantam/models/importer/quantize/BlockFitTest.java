package dev.bantam.models.importer.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockFitTest {

  private final Random random = new Random(11);

  @Test
  void shouldFindWeightsThatHaveTheFormAlready() {
    BlockFit fit = new BlockFit(4, 32);
    float[] weights = new float[32];
    for (int i = 0; i < 32; i++) {
      weights[i] = 0.25f * (i % 16 - 8);
    }
    fit.load(weights, 0);
    fit.symmetric();
    assertThat(fit.scale()).isEqualTo(0.25f);
    assertThat(error(fit, 32)).isZero();
  }

  @Test
  void shouldFindAZeroPoint() {
    BlockFit fit = new BlockFit(4, 32);
    float[] weights = new float[32];
    for (int i = 0; i < 32; i++) {
      weights[i] = 0.5f * (i % 16 - 3);
    }
    fit.load(weights, 0);
    fit.withZero();
    assertThat(fit.zero()).isEqualTo(3);
    assertThat(error(fit, 32)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void shouldMissLessThanTheLargestWeightAsScaleDoes(int group) {
    double searched = 0;
    double plain = 0;
    for (int block = 0; block < 200; block++) {
      float[] weights = gaussian(group);
      BlockFit fit = new BlockFit(4, group);
      fit.load(weights, 0);
      fit.symmetric();
      searched += error(fit, group);
      fit.use(largest(weights) / 7, 8);
      plain += error(fit, group);
    }
    assertThat(searched).isLessThan(0.8 * plain);
  }

  @Test
  void shouldMissLessWithAZeroPoint() {
    double symmetric = 0;
    double withZero = 0;
    BlockFit fit = new BlockFit(4, 32);
    for (int block = 0; block < 200; block++) {
      fit.load(gaussian(32), 0);
      fit.symmetric();
      symmetric += error(fit, 32);
      fit.withZero();
      withZero += error(fit, 32);
    }
    assertThat(withZero).isLessThan(symmetric);
  }

  @Test
  void shouldMissHardlyAnythingInEightBits() {
    BlockFit fit = new BlockFit(8, 32);
    fit.load(gaussian(32), 0);
    fit.bytes();
    assertThat(fit.zero()).isEqualTo(128);
    assertThat(Math.sqrt(error(fit, 32) / fit.power())).isLessThan(0.008);
  }

  @Test
  void shouldTakeNothingForNothing() {
    BlockFit fit = new BlockFit(4, 32);
    fit.load(new float[32], 0);
    fit.symmetric();
    assertThat(fit.scale()).isZero();
    assertThat(error(fit, 32)).isZero();
    fit.withZero();
    assertThat(fit.scale()).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldShowNumbersThatAreNotFiniteInTheScale(float number) {
    BlockFit fit = new BlockFit(4, 32);
    float[] weights = gaussian(32);
    weights[7] = number;
    fit.load(weights, 0);
    fit.symmetric();
    assertThat(fit.scale()).matches(scale -> !Float.isFinite(scale));
    fit.withZero();
    assertThat(fit.scale()).matches(scale -> !Float.isFinite(scale));
    BlockFit bytes = new BlockFit(8, 32);
    bytes.load(weights, 0);
    bytes.bytes();
    assertThat(bytes.scale()).matches(scale -> !Float.isFinite(scale));
  }

  private float[] gaussian(int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private static float largest(float[] weights) {
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    return largest;
  }

  private static double error(BlockFit fit, int group) {
    byte[] quanta = new byte[group];
    fit.quanta(quanta);
    return fit.error(quanta);
  }
}
