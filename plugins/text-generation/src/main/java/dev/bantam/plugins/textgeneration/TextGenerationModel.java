package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.SelfTest;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One model with its tokenizer and the prompts. */
final class TextGenerationModel implements LoadedModel {

  private final Engine engine;
  private final Tokenizer tokenizer;
  private final Settings settings;
  private final PromptWriter prompts;

  private TextGenerationModel(
      Engine engine, Tokenizer tokenizer, Settings settings, PromptWriter prompts) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.prompts = prompts;
  }

  /** Takes over {@code engine}, and {@code tokenizer} unless it throws. */
  static TextGenerationModel of(
      Engine engine, Tokenizer tokenizer, PromptLibrary library, Settings settings)
      throws TaskException {
    try {
      PromptLibrary.Choice choice =
          library.choose(settings.promptFormat(), engine.config(), tokenizer);
      PromptWriter prompts = new PromptWriter(choice, engine.config(), tokenizer);
      return new TextGenerationModel(engine, tokenizer, settings, prompts);
    } catch (TaskException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  @Override
  public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    if (!Task.names().contains(request.task())) {
      throw new TaskException(
          ErrorCode.UNKNOWN_TASK,
          "there is no task \"%s\"; there are: %s"
              .formatted(
                  request.task(), String.join(", ", Task.names().stream().sorted().toList())));
    }
    Task task = Task.ofName(request.task());
    RequestBody body = request.body();
    int[] prompt = prompts.write(task, body);
    GenerationParameters wanted =
        ParametersReader.read(task, body, settings, prompts.stop(task))
            .withOverflow(overflow(task, body, prompt));
    Limited limited = Limited.of(wanted, prompt.length, engine.contextLength(), request.limits());
    GenerationParameters parameters = limited.parameters();
    request.memory().reserve(engine.bytesFor((long) prompt.length + parameters.maxTokens()));
    boolean trims = prompts.answersBeginWithSpace(task);
    GenerationResult result =
        engine.generate(prompt, parameters, trims ? new FirstSpace(sink) : sink, cancellation);
    return new TaskResult(
        trims ? result.text().stripLeading() : result.text(),
        Optional.of(result.finishReason()),
        Optional.of(result.usage()),
        Optional.of(result.timings()),
        AnswerFields.of(result, limited, tokenizer));
  }

  private ContextOverflow overflow(Task task, RequestBody body, int[] prompt) throws TaskException {
    ContextOverflow.Kind kind = OverflowReader.kind(body, settings);
    OptionalInt keep = OverflowReader.keep(body, settings);
    if (kind == ContextOverflow.Kind.REFUSE) {
      return ContextOverflow.REFUSE;
    }
    return new ContextOverflow(
        kind, keep.isPresent() ? keep.getAsInt() : prompts.instructions(task, body, prompt));
  }

  @Override
  public SelfTest selfTest() throws TaskException {
    return new SelfTest(OptionalDouble.of(engine.tryOut()));
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
