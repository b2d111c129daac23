package dev.bantam.runtime.cli.model;

import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.inference.session.CacheSurvey;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.template.ChatMessage;
import dev.bantam.inference.template.ChatTemplate;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.CacheCalibration;
import dev.bantam.models.CacheRanges;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import dev.bantam.template.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds out how large a decoder's keys and values get with the passages of {@code calibration.txt},
 * each by itself and the first in the model's own chat template, too: the first token of a text
 * often has far larger keys than all others. Models that the free memory would not hold are not
 * run.
 */
public final class CacheCalibrator implements CacheCalibration {

  private static final Map<String, String> FLOATS = CacheOption.settings("float");

  private static final String TEXT = "calibration.txt";

  /** Tokens of a passage at most. */
  private static final int CONTEXT = 256;

  @Override
  public CacheRanges ranges(ModelFiles variant) throws ModelException {
    requireRoom(variant);
    Signals.haltWhileNativeCodeRuns();
    int threads = HardwareProbe.thisMachine().usableCores();
    LoadContext context = new LoadContext(threads, CONTEXT, true, Optional.empty(), FLOATS);
    try (Tokenizer tokenizer = Tokenizers.load(variant.require(ModelFiles.TOKENIZER));
        DecoderModel model = DecoderModel.load(variant, context)) {
      CacheSurvey survey = new CacheSurvey(model);
      for (int[] text : texts(model.config(), tokenizer)) {
        survey.add(text);
      }
      if (!survey.isFinite()) {
        throw failure(variant, "its keys or values are not finite");
      }
      return new CacheRanges(survey.greatest());
    } catch (TaskException e) {
      throw failure(variant, e.text());
    }
  }

  private static void requireRoom(ModelFiles variant) throws ModelException {
    Optional<DecoderMemory> need = MemoryPrediction.of(variant, FLOATS);
    if (need.isPresent() && !FreeMemory.holds(need.get().total(CONTEXT, 1))) {
      throw failure(variant, "there is not enough free memory to run it");
    }
  }

  private static ModelException failure(ModelFiles variant, String why) {
    return new ModelException(
        Kind.UNSUPPORTED,
        "%s cannot be calibrated here: %s; calibrate it on another machine and bring it with model release or model export"
            .formatted(variant.reference(), why));
  }

  private static List<int[]> texts(DecoderConfig config, Tokenizer tokenizer) {
    List<int[]> texts = new ArrayList<>();
    List<String> passages = passages();
    conversation(config, passages.get(0)).map(tokenizer::encodePrompt).ifPresent(texts::add);
    for (String passage : passages) {
      int[] tokens = tokenizer.encodeText(passage);
      texts.add(
          config.addBos() && config.bosTokenId().isPresent()
              ? IntStream.concat(IntStream.of(config.bosTokenId().get()), IntStream.of(tokens))
                  .toArray()
              : tokens);
    }
    return texts;
  }

  /** A template that does not take one turn of a user is left out. */
  private static Optional<String> conversation(DecoderConfig config, String passage) {
    try {
      return config
          .chatTemplate()
          .map(
              jinja ->
                  ChatTemplate.compile(
                          jinja, config.bosToken().orElse(""), config.eosToken().orElse(""))
                      .render(List.of(new ChatMessage("user", passage)), true));
    } catch (TemplateException e) {
      return Optional.empty();
    }
  }

  /** The passages, apart by empty lines. */
  static List<String> passages() {
    try (InputStream in = CacheCalibrator.class.getResourceAsStream(TEXT)) {
      if (in == null) {
        throw new IllegalStateException(TEXT + " is missing from the jar");
      }
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return List.of(all.strip().split("\n\n"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
