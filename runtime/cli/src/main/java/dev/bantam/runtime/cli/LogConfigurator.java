package dev.bantam.runtime.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/**
 * How the log is written: to standard error, a line each. In Java, for the parser of Logback's XML
 * files would take a good part of a start. A file of one's own counts, by {@code
 * -Dlogback.configurationFile}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {

  @Override
  public ExecutionStatus configure(LoggerContext log) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(log);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(
        "%d{HH:mm:ss} %-5level %logger{0}: %msg%n"
            + System.getProperty("bantam.log.exception", "%nopex"));
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(log);
    console.setTarget(ConsoleTarget.SystemErr.getName());
    console.setEncoder(encoder);
    console.start();
    log.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
    log.getLogger(Logger.ROOT_LOGGER_NAME)
        .setLevel(Level.toLevel(System.getProperty("bantam.log.level", "WARN")));
    // Libraries speak only when something is wrong with them.
    log.getLogger("io.netty").setLevel(Level.WARN);
    log.getLogger("io.vertx").setLevel(Level.WARN);
    log.getLogger("ai.djl").setLevel(Level.WARN);
    // A container without a network has no hardware address, and needs none.
    log.getLogger("io.netty.util.internal.MacAddressUtil").setLevel(Level.ERROR);
    // Says what its caller says, too: that a broker is not there.
    log.getLogger("io.vertx.mqtt.impl.MqttClientImpl").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
