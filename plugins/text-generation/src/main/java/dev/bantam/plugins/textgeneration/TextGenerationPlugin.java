package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.session.Beside;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.PrefixDisk;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Text from text, by a decoder-only language model. */
public final class TextGenerationPlugin implements Plugin {

  /** Found by {@link java.util.ServiceLoader}. */
  public TextGenerationPlugin() {}

  @Override
  public String name() {
    return "text-generation";
  }

  @Override
  public Set<String> tasks() {
    return Task.names();
  }

  @Override
  public LoadedModel load(ModelFiles files, LoadContext context) throws TaskException {
    PromptLibrary prompts = PromptLibrary.load(context.resourceOverrides());
    Settings settings = Settings.of(context.settings());
    Path vocabulary = files.require(ModelFiles.TOKENIZER);
    try (Beside<Tokenizer> tokenizer =
        Beside.begin(() -> Tokenizers.load(vocabulary, context.cache()))) {
      DecoderModel model = DecoderModel.load(files, context);
      try {
        model.keepPrefixes(settings.prefixBytes(), disk(settings, files, context));
        LoadedModel loaded = withTokenizer(model, tokenizer.get(), prompts, settings);
        tokenizer.keep();
        return loaded;
      } catch (TaskException | RuntimeException e) {
        model.close();
        throw e;
      }
    }
  }

  private static LoadedModel withTokenizer(
      DecoderModel model, Tokenizer tokenizer, PromptLibrary prompts, Settings settings)
      throws TaskException {
    return TextGenerationModel.of(
        new DecoderEngine(model, tokenizer), tokenizer, prompts, settings);
  }

  private static Optional<PrefixDisk> disk(
      Settings settings, ModelFiles files, LoadContext context) {
    long bytes = settings.diskBytes();
    return bytes == 0
        ? Optional.empty()
        : context
            .cache()
            .map(folder -> new PrefixDisk(folder.resolve("prefixes"), bytes, files, context));
  }
}
