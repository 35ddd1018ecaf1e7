# 没有网络时核验凭证
offline-title = 离线核验
offline-lead = 没有网络也能核对凭证二维码的签名。请在有网络时先打开本页一次，浏览器会保存本页和签发密钥清单。
offline-limits = 离线只能核对签名是不是真的、二维码里写了什么；诊所是否停业、凭证是否已被更换或者撤销，须联网核验才知道。图片和二维码内容只在您的设备上处理，不上传。
offline-comma = 、
offline-stop-sign = 。

offline-without = 离线核验需要浏览器运行本页的脚本。
offline-without-do = 您的浏览器没有运行脚本，或者版本较旧。有网络时，请用手机扫描凭证上的二维码，或者在网上输入短码核验；没有网络时，请拨打凭证上所载备案机关的电话核实。
offline-without-online = 联网输入短码核验

offline-state-keeping = 正在保存本页和密钥清单……
offline-state-ready = 已保存，没有网络时也能打开本页。签发密钥清单的日期：
offline-state-once = 现在可以核对签名，但是您的浏览器不能保存本页，没有网络时打不开。
offline-state-no-keys = 没有取得可信的签发密钥清单，现在不能核对签名。请接通网络后刷新本页。

offline-read = 读取二维码
offline-scan = 打开摄像头扫码
offline-camera = 摄像头画面
offline-stop = 关闭摄像头
offline-picture = 选择照片或者截图
offline-picture-hint = 拍下整个二维码，清晰、不反光。
offline-text = 或者粘贴二维码的网址
offline-text-hint = 以 https:// 开头、以一长串数字结尾；只粘贴数字也可以。
offline-check = 核对签名

offline-says = 二维码里写的内容
offline-says-means = 请与凭证和现场逐项核对。有一项不一致，请勿就诊。
offline-says-copy = 加注件编号
offline-says-purpose = 仅用于
offline-says-number = 备案编号
offline-says-name = 诊所名称
offline-says-address = 地址
offline-says-modes = 服务方式
offline-says-region = 备案地区
offline-says-issued = 签发日期
offline-says-until = 有效期至
offline-says-key = 签发密钥
offline-checked-on = 在本机核对签名，时间{" "}
offline-checked-keys = ，所用密钥清单签发于{" "}
offline-checked-end = 。日期按本机时钟判断。
offline-development = 演示密钥：不是真实凭证。
offline-ask = 联网核验当前状态
offline-no-network = 现在没有网络。有网络后请再核验当前状态。

offline-short-code = 短码须联网核验。
offline-short-code-do = 短码不带签名，只能在登记库中查。没有网络时，请扫描或者粘贴二维码。
offline-no-keys = 没有可信的签发密钥清单，不能核对签名。
offline-no-keys-do = 请接通网络后刷新本页，再核对一次。
offline-no-code = 图片中没有找到二维码。
offline-no-code-do = 请靠近一些，把整个二维码拍清楚，避免反光和折痕，再选一次。
offline-no-picture = 这个文件不是图片，或者已经损坏。
offline-no-picture-do = 请选择JPG、PNG等格式的照片或者截图。
offline-no-camera = 摄像头没有打开。
offline-no-camera-do = 请在浏览器中允许本页使用摄像头，或者选择一张照片。
offline-nothing = 还没有粘贴内容。
offline-nothing-do = 请粘贴二维码的网址，再点“核对签名”。

offline-how = 怎样核对
offline-how-means = 二维码里有备案机关的数字签名。本页用签发密钥清单核对签名，清单由下面的根密钥签署。不放心时，请与备案机关公布的根密钥指纹核对。
offline-root = 根密钥指纹：
