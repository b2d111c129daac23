package dev.bantam.inference.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.inference.encoder.EncoderFixture;
import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.LoadContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedTrialTest {

  @TempDir Path folder;

  @Test
  void shouldMeasureADecoder() throws Exception {
    Map<String, Double> speeds =
        SpeedTrial.ofDecoder(TinyDecoder.write(folder), LoadContext.of(1, 512));

    assertThat(speeds).containsOnlyKeys("prefill_tokens_per_second", "decode_tokens_per_second");
    assertThat(speeds.values()).allMatch(speed -> speed > 0);
  }

  @Test
  void shouldMeasureWithinASmallContext() throws Exception {
    assertThat(SpeedTrial.ofDecoder(TinyDecoder.write(folder), LoadContext.of(1, 20))).hasSize(2);
  }

  @Test
  void shouldMeasureAnEncoder() throws Exception {
    Map<String, Double> speeds =
        SpeedTrial.ofEncoder(EncoderFixture.files("bert-plain", folder), LoadContext.of(2, 512));

    assertThat(speeds).containsOnlyKeys("single_texts_per_second", "texts_per_second");
    assertThat(speeds.values()).allMatch(speed -> speed > 0);
  }
}
