package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
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
    Tokenizer tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER));
    try {
      DecoderModel model = DecoderModel.load(files, context);
      model.keepPrefixes((long) settings.prefixMebibytes() << 20);
      Engine engine = new DecoderEngine(model, tokenizer);
      return TextGenerationModel.of(engine, tokenizer, prompts, settings);
    } catch (TaskException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }
}
