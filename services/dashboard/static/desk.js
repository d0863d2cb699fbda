// Starts what a page needs. Everything works without it but live updates, running countdowns and keys.
import { startClock } from "./clock.js";
import { startInbox } from "./inbox.js";
import { startLive } from "./live.js";
import { startSlider } from "./slider.js";
import { startTheme } from "./theme.js";

startTheme();
startClock();
startLive();
startInbox();
startSlider();
