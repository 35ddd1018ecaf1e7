# 扫码、输入短码后看到的页面
verification-title = 诊所备案核验
verification-colon = ：
verification-stop = 。

## 一句话结论
verification-said-valid = 此诊所备案现在有效
verification-said-valid-not_filed = 此诊所备案现在有效，但没有备案互联网诊疗
verification-said-valid-suspended = 此诊所备案现在有效，但互联网诊疗已暂停
verification-said-unreadable = 这不是完整的凭证码
verification-said-unknown_format = 这不是诊所备案凭证码
verification-said-malformed = 该码不完整或者被改动
verification-said-unknown_key = 不能确认由谁签发
verification-said-key_out_of_scope = 签发密钥无权为该地区签发
verification-said-bad_signature = 签名不符，可能系伪造
verification-said-key_compromised = 签发密钥已停止信任
verification-said-outside_validity = 不在有效期内
verification-said-suspended = 该诊所目前停业
verification-said-cancelled = 该诊所备案已注销
verification-said-cancelled-close = 该诊所已歇业
verification-said-cancelled-move_away = 该诊所已迁往其他县区
verification-said-cancelled-deem_closed = 该诊所视为歇业
verification-said-superseded = 第{ $old }版已被第{ $new }版取代
verification-said-status_stale = 签名有效，当前状态未核验
verification-said-telemedicine_not_permitted = 目前不能开展互联网诊疗
verification-said-far_from_address = 您离备案地址较远
verification-said-not_in_register = 登记库中查无此凭证
verification-said-revoked = 该诊所备案已被撤销
verification-said-void = 该凭证已作废
verification-said-stopped = 该诊所被责令停止执业
verification-said-mistyped = 短码输入有误，请重新输入
verification-said-declared_lost = 该凭证已声明遗失
verification-said-copy_expired = 该加注件已过有效期
verification-said-copy_withdrawn = 该加注件已被诊所撤回
verification-said-delayed = 系统繁忙，暂时不能核验

verification-filed-with = { $authority }备案
verification-newer = 查看现行版本（第{ $version }版）
verification-clinic = 查看登记簿中的这家诊所
verification-moved = 迁入地备案
verification-moved-see = 查看迁入地的备案

## 何时、如何核验
verification-checked-at = 核验时间 { $at }（北京时间），数据截至同一时刻。
verification-checked-both = 签名和登记库均已核验。
verification-checked-signature = 签名已核验，登记库中无记录。
verification-checked-register = 按短码查登记库；短码不带签名。
verification-checked-none = 未通过核验。
verification-not-checked-at = { $at }（北京时间）登记库没有答复，没有核验。请稍后刷新本页；没有网络时可以核对签名：

## 核对
verification-copy = 这是加注件：凭证为某一用途开具的副本
verification-copy-means = 只能用于下列用途，只能在有效期内使用；不是悬挂在诊所墙上的凭证。
verification-compare = 与墙上的凭证一致吗？
verification-compare-copy = 与您拿到的加注件一致吗？
verification-compare-old = 该旧版所载（第{ $version }版，{ $on }签发）
verification-compare-said = 该凭证所载
verification-compare-how = 逐项核对。有一项不一致，请勿就诊，并举报或者拨打监督电话。
verification-compare-old-means = 不是现行备案信息，请看现行版本。
verification-compare-said-means = 仅供核对，不表示现在有效。
verification-compare-nothing = 没有可以核对的登记内容。
verification-short = 本凭证短码
verification-short-copy = 本加注件短码
verification-short-same = ，应与二维码旁印的一致。
verification-beyond = 凭证之外
verification-report = 有不一致，我要举报（不用登录）

## 在线看病
verification-physicians = 可以在线接诊的医师
verification-physicians-only = 在线接诊的不是下列医师本人的，请立即停止。
verification-physician-online = 可在线接诊
verification-know = 在线看病前请知道

## 有疑问
verification-doubt = 有疑问
verification-doubt-means = 诊所冒用凭证、要求您在扫码页面登录或者付款的，请举报，或者打电话核实。
verification-call = 拨打监督电话
verification-phone = 监督电话：
verification-phone-none = 请向凭证上所载的备案机关核实，或者拨打12345、12320。
verification-code = 代码
verification-fake = 防范假冒网站
verification-fake-only = 官方核验网址只有
verification-fake-type = ，请核对地址栏。不放心时，不要扫码：在浏览器中自己输入这个网址，再输入凭证或者文书上的短码。
verification-fake-never = 本页不需要登录，不会索要手机号、验证码或者付款。索要的都是假冒。
verification-form = 凭证或者文书的短码
verification-form-hint = 印在二维码旁边的12位字母和数字；大小写、空格、连字符都可以。
verification-form-send = 核验

## 输入短码
verification-find = 输入短码核验
verification-find-why = 二维码扫不出，或者不放心扫到的网址时，请自己在浏览器中打开
verification-find-type = ，在这里输入短码，形如 ABCD-EFGH-JKLM。
verification-find-letters = 短码中没有数字0、1，也没有字母O、I。凭证上没有短码？
verification-find-clinics = 按名称或者编号查诊所
verification-find-offline = 没有网络的地方，可以先打开一次：
verification-find-empty-title = 请改正：请输入短码
verification-find-empty = 还没有输入短码。
verification-find-empty-do = 请输入凭证二维码旁边的12位短码，再点“核验”。

## 文书
verification-paper-title = 文书核验
verification-paper-good = 登记在案
verification-paper-bad = 无效
verification-paper-unknown = 无法核验
verification-paper-not-checked = { $at }（北京时间）登记库没有答复，没有核验。请稍后刷新本页；急需的，请打电话向制发单位核实。
verification-paper-compare = 与手中的文书一致吗？
verification-paper-registered = 登记的文书
verification-paper-how = 逐项核对。
verification-paper-hides = 本页不显示文书的内容。
verification-paper-doubt = 有疑问
verification-paper-doubt-means = 核验不符、文书要求您付款的，请打电话核实。
