// The parts of ECharts that charts.js uses; vendor.toml has the command that makes echarts.js of them.
import { use } from "echarts/core";
import { BarChart, GraphChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
use([
  BarChart, GraphChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, LabelLayout, CanvasRenderer,
  SVGRenderer,
]);
export { init } from "echarts/core";
