package dev.bantam.runtime.cli.up;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.ReloadReport;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.config.FileWatch;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.config.SlotOverride;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has a running device go on with its configuration when the file, or one that it names, changes.
 * For one thread, but for {@link #demand}.
 */
final class SiteWatch {

  private final Path config;
  private final SiteConfig served;
  private final Optional<String> device;
  private final BantamRuntime runtime;
  private final Terminal terminal;
  private final FileWatch files;
  private final AtomicBoolean demanded = new AtomicBoolean();
  private Future<ReloadReport> reading = Future.succeededFuture();

  /**
   * @param config the file
   * @param served what was read from it, with the broker's address
   * @param device the id that takes the place of the file's, if one does
   */
  SiteWatch(
      Path config,
      SiteConfig served,
      Optional<String> device,
      BantamRuntime runtime,
      Terminal terminal) {
    this.config = config;
    this.served = served;
    this.device = device;
    this.runtime = runtime;
    this.terminal = terminal;
    this.files = new FileWatch(files(served));
  }

  private List<Path> files(SiteConfig site) {
    List<Path> all = new ArrayList<>(List.of(config));
    all.addAll(served.pluginFolders());
    all.addAll(site.routes().files());
    site.slots().values().stream().map(SlotOverride::prompts).forEach(p -> p.ifPresent(all::add));
    return all;
  }

  /** Reads the file at the next look, whether it has changed or not. Any thread. */
  void demand() {
    demanded.set(true);
  }

  /** To be called again and again; looks at the files, but waits for nothing else. */
  void look() {
    if (!reading.isComplete()) {
      return;
    }
    boolean changed = files.changed();
    if (demanded.getAndSet(false) || changed) {
      reading =
          runtime
              .reload(read())
              .onSuccess(report -> terminal.line("config   " + report))
              .onFailure(why -> terminal.line("config   cannot be used: " + why));
    }
  }

  private ReadResult<SiteConfig> read() {
    ReadResult<SiteConfig> read = new SiteConfigReader().read(config);
    if (!(read instanceof ReadResult.Valid<SiteConfig> valid)) {
      return read;
    }
    files.watch(files(valid.value()));
    SiteConfig site = atItsBroker(valid.value());
    return new ReadResult.Valid<>(device.map(site::withDevice).orElse(site));
  }

  /** The device's own broker has an address that no file says. */
  private SiteConfig atItsBroker(SiteConfig site) {
    return site.broker().isPresent() && served.broker().isPresent()
        ? site.withMqtt(site.mqtt().withUrls(served.mqtt().urls()))
        : site;
  }
}
