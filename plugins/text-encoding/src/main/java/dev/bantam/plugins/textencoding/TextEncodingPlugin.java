package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskException;
import java.util.Set;

/** Vectors, classes and spans of texts, by an encoder. */
public final class TextEncodingPlugin implements Plugin {

  /** Found by {@link java.util.ServiceLoader}. */
  public TextEncodingPlugin() {}

  @Override
  public String name() {
    return "text-encoding";
  }

  @Override
  public Set<String> tasks() {
    return Task.names();
  }

  @Override
  public LoadedModel load(ModelFiles files, LoadContext context) throws TaskException {
    Settings settings = Settings.of(context.settings());
    EncoderModel model = EncoderModel.loadForParallelRuns(files, context);
    return new TextEncodingModel(new Encoder(model, context.threads()), settings);
  }
}
