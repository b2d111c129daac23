package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.ContextUse;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.TokenLogprob;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Timings;
import dev.bantam.spi.TaskResult.Usage;
import java.util.List;
import java.util.Optional;

/** Answers "ok" and remembers what it was asked. */
final class FakeEngine implements Engine {

  static final int BYTES_PER_TOKEN = 1000;

  private final Optional<String> template;
  String architecture = "llama";
  Optional<String> promptFormat = Optional.empty();
  String answer = "ok";
  ContextUse context = ContextUse.WHOLE;
  List<TokenLogprob> logprobs = List.of();
  String prompt = "";
  GenerationParameters parameters = GenerationParameters.greedy(1);
  int closed;

  FakeEngine(Optional<String> template) {
    this.template = template;
  }

  @Override
  public DecoderConfig config() {
    return new DecoderConfig(
        DecoderConfig.FORMAT,
        architecture,
        1,
        1,
        1,
        16,
        16,
        0x10000,
        contextLength(),
        Optional.empty(),
        Optional.of((int) '^'),
        true,
        List.of(0),
        Optional.of("^"),
        Optional.of("$"),
        template,
        promptFormat);
  }

  @Override
  public int contextLength() {
    return 2000;
  }

  @Override
  public long bytesFor(long tokens) {
    return tokens * BYTES_PER_TOKEN;
  }

  @Override
  public GenerationResult generate(
      int[] tokens, GenerationParameters wanted, EventSink sink, CancellationToken cancellation) {
    prompt = new String(tokens, 0, tokens.length);
    parameters = wanted;
    answer.chars().forEach(c -> sink.delta(Character.toString(c)));
    return new GenerationResult(
        answer,
        FinishReason.STOP,
        new Usage(tokens.length, 1),
        new Timings(1, 1, 1),
        context,
        logprobs);
  }

  @Override
  public double tryOut() {
    return 1000;
  }

  @Override
  public void close() {
    closed++;
  }
}
